import WinnowFixedPoint

/// Writes a ``FixedPointProgram``: folds constants, shares equal instructions, and keeps every
/// value's exact interval.
public struct ProgramBuilder: Sendable {
  public internal(set) var program: FixedPointProgram
  /// The node whose instructions are being written.
  var origin = -1
  private var known: [FixedPointProgram.Instruction: [Int: FixedPointProgram.Value]] = [:]
  /// The type that the first `Quantize` of a graph input gives each element.
  var portTypes: [[FixedPointType?]] = []

  /// Largest table that a real function may become.
  public static let maximumTableEntries = 1 << 16

  init(name: String) { program = FixedPointProgram(name: name) }

  func interval(_ value: FixedPointProgram.Value) -> Interval { program.intervals[value] }

  /// Adds an instruction, or finds the equal one.
  mutating func emit(
    _ instruction: FixedPointProgram.Instruction, _ interval: Interval, origin: Int? = nil
  ) -> Scalar {
    if interval.isConstant { return .constant(interval.low, fraction: interval.fraction) }
    if let value = known[instruction]?[interval.fraction] { return .value(value) }
    let value = program.count
    program.instructions.append(instruction)
    program.intervals.append(interval)
    program.origins.append(origin ?? self.origin)
    known[instruction, default: [:]][interval.fraction] = value
    return .value(value)
  }

  /// A value for a scalar; constants become instructions here only.
  mutating func materialise(_ scalar: Scalar) throws -> FixedPointProgram.Value {
    switch scalar {
    case .value(let value): return value
    case .constant(let mantissa, let fraction):
      let instruction = FixedPointProgram.Instruction.constant(mantissa)
      if let value = known[instruction]?[fraction] { return value }
      let value = program.count
      program.instructions.append(instruction)
      program.intervals.append(Interval(constant: mantissa, fraction: fraction))
      program.origins.append(-1)
      known[instruction, default: [:]][fraction] = value
      return value
    case .raw, .real, .realConstant: throw Self.notExact(scalar)
    }
  }

  static func notExact(_ scalar: Scalar) -> NetworkError {
    if case .raw = scalar {
      return NetworkError(
        "reads a graph input that is not quantised; put a Quantize node right after the input")
    }
    return NetworkError(
      "reads a real number that is not quantised; put a Quantize node before it")
  }

  /// The exact range of a scalar.
  func range(_ scalar: Scalar) throws -> Interval {
    switch scalar {
    case .value(let value): interval(value)
    case .constant(let mantissa, let fraction): Interval(constant: mantissa, fraction: fraction)
    case .raw, .real, .realConstant: throw Self.notExact(scalar)
    }
  }

  /// Two scalars, of which a constant counts in no finer step than the other where it need not: the
  /// zero of a dead neuron must not refine what it is compared with.
  func coarsened(_ a: Scalar, _ b: Scalar) throws -> (Scalar, Scalar) {
    let (x, y) = (try range(a).fraction, try range(b).fraction)
    return (a.counted(inStepsOf: y), b.counted(inStepsOf: x))
  }

  /// Two scalars as operands of one step.
  mutating func align(
    _ a: Scalar, _ b: Scalar
  ) throws -> (FixedPointProgram.Operand, FixedPointProgram.Operand, Interval, Interval) {
    let (a, b) = try coarsened(a, b)
    let x = try materialise(a)
    let y = try materialise(b)
    let fraction = max(interval(x).fraction, interval(y).fraction)
    return (
      .init(x, shift: fraction - interval(x).fraction),
      .init(y, shift: fraction - interval(y).fraction),
      try interval(x).aligned(to: fraction), try interval(y).aligned(to: fraction)
    )
  }
}
