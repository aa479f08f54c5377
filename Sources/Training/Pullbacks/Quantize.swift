import WinnowFixedPoint
public import WinnowNetworkIR

extension Quantize: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .rows }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    QuantizePullback(self, site)
  }
}

/// The gradient of a rounding: what stands in for a derivative that is 0 or infinite.
///
/// - Reference: Y. Bengio, N. Léonard and A. Courville, arXiv 1308.3432.
struct StraightThrough: Sendable {
  /// Nothing flows back from values outside the range of a type that saturates: they do not move the
  /// result. Otherwise everything passes.
  var clips = true

  init(_ options: PlanOptions) {}
}

/// Forward the exact conversion of ``FixedPointType``, in reals; backward straight through, or 0
/// where ``StraightThrough`` clips. Elements of width 0 are 0 and get no gradient.
private final class QuantizePullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let conversions: [RealConversion]
  /// Bounds between which the gradient passes, per type.
  private let low, high: Buffer<Scalar>
  /// Operands: types, x.
  private let runs: StridedRuns
  private let isSingle: Bool

  init(_ operation: Quantize, _ site: Site<Scalar>) {
    (x, y) = (site.inputs[0], site.outputs[0])
    conversions = operation.types.map(RealConversion.init)
    isSingle = conversions.count == 1
    runs = StridedRuns(site, broadcasting: [operation.shape, x.shape], to: x.shape)
    low = site.allocate(conversions.count)
    high = site.allocate(conversions.count)
    let policy = StraightThrough(site.options)
    for (index, type) in conversions.enumerated() {
      let passes = type.width > 0 && (!policy.clips || type.overflow == .wrap)
      low[index] = passes ? -.infinity : Scalar(type.range.low)
      high[index] = passes ? .infinity : Scalar(type.range.high)
      // An empty interval.
      if type.width == 0 { (low[index], high[index]) = (1, 0) }
    }
  }

  func forward(phase: Int) {
    if isSingle {
      convert(conversions[0], x.values, y.values, start: 0, count: x.count)
    } else {
      convert(conversions, runs, x.values, y.values)
    }
  }

  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    if isSingle {
      pullInside(x.values, dy, dx, low[0], high[0], slope: 1, accumulates: x.accumulates)
    } else {
      pullTypes(runs, x.values, low, high, dy, dx, accumulates: x.accumulates)
    }
  }
}

/// Elements of one type.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func convert<Scalar: TrainingScalar>(
  _ conversion: RealConversion, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, start: Int, count: Int
) {
  let (from, to) = unsafe (x.base + start, y.base + start)
  // The mode is known in each loop, so that the common ones vectorise.
  switch (conversion.clips, conversion.rounding) {
  case (true, .nearestToEven):
    for n in 0..<count {
      unsafe to[n] = Scalar(conversion.clipped(Double(from[n]), .nearestToEven))
    }
  case (true, .nearest):
    for n in 0..<count { unsafe to[n] = Scalar(conversion.clipped(Double(from[n]), .nearest)) }
  case (true, .truncate):
    for n in 0..<count { unsafe to[n] = Scalar(conversion.clipped(Double(from[n]), .truncate)) }
  default:
    for n in 0..<count { unsafe to[n] = Scalar(conversion(Double(from[n]))) }
  }
}

/// A type per channel or element.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func convert<Scalar: TrainingScalar>(
  _ conversions: [RealConversion], _ runs: StridedRuns, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>
) {
  runs.forEachRun { type, start, _, _ in
    if runs.steps.0 == 0 {
      convert(conversions[type], x, y, start: start, count: runs.length)
    } else {
      for n in 0..<runs.length {
        unsafe y.base[start + n] = Scalar(conversions[type + n](Double(x.base[start + n])))
      }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullTypes<Scalar: TrainingScalar>(
  _ runs: StridedRuns, _ x: Buffer<Scalar>, _ low: Buffer<Scalar>, _ high: Buffer<Scalar>,
  _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, accumulates: Bool
) {
  let step = runs.steps.0
  runs.forEachRun { type, start, _, _ in
    for n in 0..<runs.length {
      let (place, bound) = (start + n, type + n * step)
      let value = unsafe x.base[place]
      let pulled: Scalar =
        unsafe value >= low.base[bound] && value <= high.base[bound] ? dy.base[place] : 0
      unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
    }
  }
}
