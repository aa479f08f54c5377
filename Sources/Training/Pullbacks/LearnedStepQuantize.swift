import WinnowFixedPoint
public import WinnowNetworkIR

extension LearnedStepQuantize: Differentiable {
  public var parameterInputs: [Int] { [1] }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    LearnedStepPullback(self, site)
  }
}

/// Straight through to x where nothing is clipped; `∂y/∂s = round(x/s) − x/s` inside the range and the
/// clipped mantissa outside, times `1/√(N·high)` with N elements of a row, or of a constant, per step.
///
/// A step that has become 0 or negative counts as the smallest positive one.
/// - Reference: arXiv:1902.08153, eq. 3 and section 2.2.
private final class LearnedStepPullback<Scalar: TrainingScalar>: Pullback {
  private let x, s, y: Operand<Scalar>
  private let low, high: Scalar
  private let places: [Int]
  private let period: Int
  private let lanes: LearnedLanes<Scalar>
  /// The paper's gradient scale.
  private let factor: Scalar

  init(_ operation: LearnedStepQuantize, _ site: Site<Scalar>) {
    (x, s, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    (low, high) = (Scalar(operation.bounds.low), Scalar(operation.bounds.high))
    places = typePlaces(of: s.shape, in: x.periodShape)
    period = places.count
    lanes = LearnedLanes(period, site)
    let elements = Double(x.isBatched ? x.rowCount : x.count) / Double(max(s.count, 1))
    factor = Scalar(1 / (max(elements, 1) * operation.bounds.high).squareRoot())
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    for (place, group) in places.enumerated() {
      let step = max(s.values[group], Scalar.leastNormalMagnitude * 0x1p20)
      lanes.scale[place] = 1 / step
      lanes.step[place] = step
      lanes.low[place] = low
      lanes.high[place] = high
      // What an element above the range adds, before the common factor −1/s.
      lanes.grain[place] = -high * step
      lanes.reach[place] = 0
    }
    unsafe Scalar.quantize(
      x.values.base, into: y.values.base, rows: y.values.count / period, columns: period,
      rounding: .nearestToEven, overflow: .saturate, factor: lanes.scale.base,
      inverse: lanes.step.base, low: lanes.low.base, high: lanes.high.base, perColumn: period > 1)
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
    guard let gradient = s.gradient else { return }
    lanes.pull(x.values, y.values, dy, below: 0, fine: -low / high)
    if !s.accumulates { gradient.fill(0) }
    for (place, group) in places.enumerated() {
      gradient[group] -= factor * lanes.scale[place] * lanes.total(lanes.df, place)
    }
  }
}
