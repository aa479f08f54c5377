import Foundation

/// The factor β of effective bit operations over the steps of a training.
public enum BitOperationFactor: Sendable, Hashable, Codable {
  case constant(Double)
  /// From one factor to another with equal ratios per step, constant before and after.
  case logarithmicRamp(from: Double, to: Double, begin: Int, end: Int)

  public func callAsFunction(_ step: Int) -> Double {
    switch self {
    case .constant(let factor): return factor
    case .logarithmicRamp(let from, let to, let begin, let end):
      if step <= begin { return from }
      if step >= end { return to }
      return from * pow(to / from, Double(step - begin) / Double(end - begin))
    }
  }

  func validate() throws {
    switch self {
    case .constant(let factor):
      guard factor >= 0, factor.isFinite else {
        throw TrainingError("the factor of bit operations is \(factor); give 0 or more")
      }
    case .logarithmicRamp(let from, let to, let begin, let end):
      guard from > 0, to > 0, from.isFinite, to.isFinite, begin < end else {
        throw TrainingError(
          "the factor of bit operations ramps from \(from) to \(to) in steps \(begin) to \(end); both must be above 0 and the steps in order"
        )
      }
    }
  }
}

/// Trains widths: adds `β · bit operations` to what is minimised, and keeps widths in bounds.
///
/// The loss that is printed stays the loss of the data.
public final class BitOperationPenalty: TrainingModifier {
  public let operations: BitOperations
  public let factor: BitOperationFactor
  /// Bounds of bits behind and before the point.
  public let fraction, integer: ClosedRange<Float>
  /// The bit operations at the last step.
  public private(set) var current: Double = 0
  private var fractions: [Range<Int>] = []
  private var integers: [Range<Int>] = []

  /// - Throws: ``TrainingError`` when the schedule is impossible.
  public init(
    _ operations: BitOperations, factor: BitOperationFactor, fraction: ClosedRange<Float> = -12...12,
    integer: ClosedRange<Float> = -12...12
  ) throws {
    try factor.validate()
    self.operations = operations
    self.factor = factor
    self.fraction = fraction
    self.integer = integer
  }

  public func begin(parameters: Parameters<Float>) throws {
    let widths = parameters.layout.entries.filter(\.isWidth)
    fractions = widths.filter { $0.role == 1 }.map(\.range)
    integers = widths.filter { $0.role == 2 }.map(\.range)
    current = operations.value(parameters.values)
  }

  public func willUpdate(step: Int, gradient: Buffer<Float>, _ parameters: Buffer<Float>) {
    operations.addGradient(factor(step), parameters, to: gradient)
  }

  public func didUpdate(step: Int, _ parameters: Buffer<Float>) {
    clip(fractions, to: fraction, parameters)
    clip(integers, to: integer, parameters)
    current = operations.value(parameters)
  }

  private func clip(
    _ ranges: [Range<Int>], to bounds: ClosedRange<Float>, _ parameters: Buffer<Float>
  ) {
    for range in ranges {
      for place in range {
        parameters[place] = min(max(parameters[place], bounds.lowerBound), bounds.upperBound)
      }
    }
  }
}
