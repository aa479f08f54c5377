import Foundation

/// A triangle between two rates, again and again.
///
/// With `c = ⌊1 + step/(2 h)⌋` the cycle and `x = |step/h − 2 c + 1|`:
///
///     minimum + (maximum − minimum) (1 − x) · scale
///
/// where the scale is 1 (`triangular`), `2^−(c−1)` (`halving`, the paper's triangular2) or
/// `γ^step` (`exponential`, the paper's exp_range). PyTorch's `CyclicLR` with equal halves.
///
/// - Reference: L. N. Smith, Cyclical learning rates for training neural networks,
///   arXiv:1506.01186, section 3.
public struct CyclicSchedule: LearningRateSchedule {
  public enum Shape: Sendable, Codable, Hashable {
    case triangular
    case halving
    case exponential(gamma: Double)
  }

  public var minimum: Double
  public var maximum: Double
  /// The steps from one rate to the other: the paper's stepsize, 2 to 10 epochs.
  public var halfPeriod: Int
  public var shape: Shape

  public init(minimum: Double, maximum: Double, halfPeriod: Int, shape: Shape = .triangular) {
    self.minimum = minimum
    self.maximum = maximum
    self.halfPeriod = halfPeriod
    self.shape = shape
  }

  public func rate(at step: Int) -> Double {
    let earlierCycles = step / (2 * halfPeriod)
    let position = step - 2 * halfPeriod * earlierCycles
    let rising = Double(min(position, 2 * halfPeriod - position)) / Double(halfPeriod)
    let scale =
      switch shape {
      case .triangular: 1.0
      case .halving: power(0.5, earlierCycles)
      case .exponential(let gamma): pow(gamma, Double(step))
      }
    return minimum + (maximum - minimum) * rising * scale
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(minimum, maximum, of: "cyclic")
    try checkSteps(halfPeriod, of: "cyclic")
    if case .exponential(let gamma) = shape { try checkRates(gamma, of: "cyclic") }
  }
}
