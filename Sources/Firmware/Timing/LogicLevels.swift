import WinnowFixedPoint
import WinnowNetworkIR

extension FixedPointProgram {
  /// Levels of a gate as ``PipelineRule/levels(_:)`` counts them: da4ml's delays, where an adder of a
  /// constant, a negation and `max(x, 0)` are free.
  func logicLevels(_ value: Int) -> Int {
    switch instructions[value] {
    case .input, .constant, .floorShift, .wrap: return 0
    case .linear(let terms, _):
      return terms.count == 1 ? 0 : 1
    case .clamp(let x, let low, let high):
      // One table a bit: the sign alone decides.
      return high >= intervals[x].high && low == 0 ? 0 : 1
    case .convergentShift(_, let bits): return bits > 1 ? 1 : 0
    case .select: return 1
    case .maximum, .minimum, .less, .equal, .multiply, .divide, .table: return 1
    }
  }
}
