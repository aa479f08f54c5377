import WinnowFixedPoint
public import WinnowNetworkIR

extension LearnedQuantize: Differentiable {
  /// Where it wraps, the bits before the point follow from the data and are not learned.
  public var parameterInputs: [Int] { overflow == .wrap ? [1] : [1, 2] }

  public func isDifferentiable(input: Int) -> Bool { input < 2 || overflow != .wrap }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    guard overflow != .saturateToZero else {
      throw NetworkError(
        "learns widths of numbers that overflow to zero (SAT_ZERO); use SAT, SAT_SYM or WRAP")
    }
    return LearnedQuantizePullback(self, site)
  }
}

/// `y = clip(x)` on the grid of 2^−f. Straight through to x where nothing is clipped; the derivatives
/// by the widths treat rounding as the identity: `∂y/∂f = ln 2 · (x − y)` inside the range, and those
/// of the range's ends, `±(2^i − 2^−f)`, outside.
///
/// While training, a type that wraps rounds only, as its range is to follow the data.
/// - Reference: arXiv:2405.00645, section 3.2 (there with the opposite sign of the error).
private final class LearnedQuantizePullback<Scalar: TrainingScalar>: Pullback {
  private let x, f, i, y: Operand<Scalar>
  private let operation: LearnedQuantize
  private let isTraining: Bool
  /// The place of the widths of each element of a period.
  private let places: [Int]
  private let period: Int
  private let lanes: LearnedLanes<Scalar>

  init(_ operation: LearnedQuantize, _ site: Site<Scalar>) {
    (x, f, i, y) = (site.inputs[0], site.inputs[1], site.inputs[2], site.outputs[0])
    self.operation = operation
    isTraining = site.isTraining
    places = typePlaces(of: f.shape, in: x.periodShape)
    period = places.count
    lanes = LearnedLanes(period, site)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    lay()
    unsafe Scalar.quantize(
      x.values.base, into: y.values.base, rows: y.values.count / period, columns: period,
      rounding: operation.rounding,
      overflow: operation.overflow == .wrap && !isTraining ? .wrap : .saturate,
      factor: lanes.scale.base, inverse: lanes.step.base, low: lanes.low.base,
      high: lanes.high.base, perColumn: period > 1)
  }

  /// Scales and ranges from the widths as they are now.
  private func lay() {
    lanes.lay(
      places, f.values, i.values, isSigned: operation.isSigned,
      isSymmetric: operation.overflow == .saturateSymmetrically,
      isFree: operation.overflow == .wrap && isTraining, isTraining: isTraining)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let dx = x.gradient {
      unsafe Scalar.quantizePull(
        x.values.base, dy.base, into: dx.base, rows: dx.count / period, columns: period,
        factor: lanes.scale.base, low: lanes.low.base, high: lanes.high.base,
        perColumn: period > 1, accumulate: x.accumulates)
    }
    guard f.gradient != nil || i.gradient != nil else { return }
    let isSymmetric = operation.overflow != .saturate && operation.isSigned
    lanes.pull(
      x.values, y.values, dy, below: operation.isSigned ? 1 : 0, fine: isSymmetric ? 1 : 0)
    add(lanes.df, to: f)
    add(lanes.di, to: i)
  }

  private func add(_ partial: Buffer<Scalar>, to width: Operand<Scalar>) {
    guard let gradient = width.gradient else { return }
    if !width.accumulates { gradient.fill(0) }
    let ln2 = Scalar(0.693147180559945309)
    for (place, group) in places.enumerated() {
      gradient[group] += ln2 * lanes.total(partial, place)
    }
  }
}

/// Numbers of a learned quantiser along one period, and sums of gradients along it.
struct LearnedLanes<Scalar: TrainingScalar> {
  let scale, step, low, high: Buffer<Scalar>
  /// 2^i and 2^−f.
  let reach, grain: Buffer<Scalar>
  let df, di: Buffer<Scalar>
  private let period: Int
  /// Sums kept apart, so that they can be formed side by side.
  private let width: Int

  init(_ period: Int, _ site: Site<Scalar>) {
    self.period = period
    width = period == 1 ? 64 : period
    let table = site.allocate(6 * period)
    let parts = (0..<6).map { table.part($0 * period..<($0 + 1) * period) }
    (scale, step, low, high, reach, grain) = (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
    (df, di) = (site.allocate(width), site.allocate(width))
  }

  /// As ``LearnedQuantize/type(fraction:integer:)``, in the scalar itself.
  func lay(
    _ places: [Int], _ fraction: Buffer<Scalar>, _ integer: Buffer<Scalar>, isSigned: Bool,
    isSymmetric: Bool, isFree: Bool, isTraining: Bool
  ) {
    layWidths(
      self, places, fraction, integer, isSigned: isSigned, isSymmetric: isSymmetric,
      isFree: isFree, isTraining: isTraining)
  }

  func total(_ sums: Buffer<Scalar>, _ place: Int) -> Scalar {
    if period > 1 { return sums[place] }
    return (0..<width).reduce(0) { $0 + sums[$1] }
  }

  /// Sums of `dy · ∂y/∂f / ln 2` and `dy · ∂y/∂i / ln 2`.
  ///
  /// - Parameters:
  ///   - below: how an element below the range pulls at 2^i, compared with one above.
  ///   - fine: the same at 2^−f.
  func pull(
    _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, below: Scalar, fine: Scalar
  ) {
    df.fill(0)
    di.fill(0)
    if period == 1 {
      sumUniform(
        x, y, dy, df, di, low: low[0] * step[0], high: high[0] * step[0], reach: reach[0],
        grain: grain[0], below: below, fine: fine)
    } else {
      sumPlaces(x, y, dy, self, below: below, fine: fine)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func layWidths<Scalar: TrainingScalar>(
  _ lanes: LearnedLanes<Scalar>, _ places: [Int], _ fraction: Buffer<Scalar>,
  _ integer: Buffer<Scalar>, isSigned: Bool, isSymmetric: Bool, isFree: Bool, isTraining: Bool
) {
  func power(_ exponent: Int) -> Scalar {
    Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
  }
  func whole(_ bits: Scalar) -> Int {
    let bounded = bits > 64 ? 64 : bits < -64 ? -64 : bits
    // A width that is no number has no bits; the loss says so.
    return bounded.isNaN ? -64 : Int(bounded.rounded(.toNearestOrEven))
  }
  let sign = isSigned ? 1 : 0
  let least = isSigned && isSymmetric ? 2 : 1
  for (place, group) in places.enumerated() {
    let f = whole(fraction[group])
    let i = min(whole(integer[group]), 64 - sign - f)
    // Ends of the range also where nothing is left: growing bits is still an answer to the loss.
    lanes.reach[place] = power(max(i, -f))
    lanes.grain[place] = power(-f)
    guard sign + i + f >= least else {
      // An empty range: nothing passes, and the result is 0 steps of no size.
      (lanes.scale[place], lanes.step[place]) = (0, 0)
      (lanes.low[place], lanes.high[place]) = isTraining ? (1, -1) : (0, 0)
      continue
    }
    (lanes.scale[place], lanes.step[place]) = (power(f), power(-f))
    let end = power(i + f)
    // Without ends the kernel still wants numbers.
    lanes.high[place] = isFree ? .greatestFiniteMagnitude : end - 1
    lanes.low[place] =
      isFree ? -.greatestFiniteMagnitude : !isSigned ? 0 : isSymmetric ? 1 - end : -end
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sumUniform<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ df: Buffer<Scalar>,
  _ di: Buffer<Scalar>, low: Scalar, high: Scalar, reach: Scalar, grain: Scalar, below: Scalar,
  fine: Scalar
) {
  for start in stride(from: 0, to: x.count, by: df.count) {
    let (xs, ys, ds) = unsafe (x.base + start, y.base + start, dy.base + start)
    for lane in 0..<min(df.count, x.count - start) {
      let isAbove = unsafe xs[lane] > high
      let isBelow = unsafe xs[lane] < low
      let inside = unsafe xs[lane] - ys[lane]
      let f = isAbove ? grain : isBelow ? -fine * grain : inside
      let i = isAbove ? reach : isBelow ? -below * reach : 0
      unsafe df.base[lane] += ds[lane] * f
      unsafe di.base[lane] += ds[lane] * i
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sumPlaces<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ lanes: LearnedLanes<Scalar>,
  below: Scalar, fine: Scalar
) {
  let count = lanes.df.count
  let (step, low, high) = unsafe (lanes.step.base, lanes.low.base, lanes.high.base)
  let (reach, grain) = unsafe (lanes.reach.base, lanes.grain.base)
  let (df, di) = unsafe (lanes.df.base, lanes.di.base)
  for start in stride(from: 0, to: x.count, by: count) {
    let (xs, ys, ds) = unsafe (x.base + start, y.base + start, dy.base + start)
    for lane in 0..<count {
      let isAbove = unsafe xs[lane] > high[lane] * step[lane]
      let isBelow = unsafe xs[lane] < low[lane] * step[lane]
      let inside = unsafe xs[lane] - ys[lane]
      let f = unsafe isAbove ? grain[lane] : isBelow ? -fine * grain[lane] : inside
      let i = unsafe isAbove ? reach[lane] : isBelow ? -below * reach[lane] : 0
      unsafe df[lane] += ds[lane] * f
      unsafe di[lane] += ds[lane] * i
    }
  }
}
