public import WinnowFixedPoint

/// A network as straight-line exact fixed-point arithmetic on scalars.
///
/// Engine, emulator and firmware all start from this program; the interpreter does not, so that
/// comparing them with the interpreter checks the program too. Every instruction makes one value:
/// an integer mantissa, at most 127 bits, whose exact interval (minimum, maximum, step) is known.
/// A value's mantissa counts steps of `2^−interval.fraction`.
public struct FixedPointProgram: Sendable {
  /// The place of the instruction that makes it.
  public typealias Value = Int

  /// `mantissa(value) << shift`, to bring operands to one step.
  public struct Operand: Sendable, Hashable {
    public var value: Value
    public var shift: Int
    public init(_ value: Value, shift: Int = 0) {
      self.value = value
      self.shift = shift
    }
  }

  public struct Term: Sendable, Hashable {
    public var value: Value
    /// Counts steps of the sum; alignment is part of it.
    public var coefficient: Int
    public init(_ value: Value, _ coefficient: Int) {
      self.value = value
      self.coefficient = coefficient
    }
  }

  public enum Instruction: Sendable, Hashable {
    /// An element of an input port.
    case input(port: Int, element: Int)
    case constant(Int128)
    /// `Σ coefficient · x + constant`.
    case linear([Term], constant: Int128)
    /// `⌊x / 2^bits⌋`.
    case floorShift(Value, bits: Int)
    /// `⌊x / 2^bits⌋`, made even when the bits that fall off are all zero. With half a step added
    /// before, this rounds to nearest, halves to even.
    case convergentShift(Value, bits: Int)
    /// The low bits, read as a number of the format.
    case wrap(Value, signed: Bool, width: Int)
    case clamp(Value, low: Int128, high: Int128)
    case maximum(Operand, Operand)
    case minimum(Operand, Operand)
    case multiply(Value, Value)
    /// Division by a positive constant, towards zero.
    case divide(Value, by: Int128)
    /// `entries[x − first]`; the interval of x is exactly the table's.
    case table(Value, first: Int128, entries: [Int])
    /// 1 when the first operand is less than the second, else 0.
    case less(Operand, Operand)
    case equal(Operand, Operand)
    /// The second value where the first is 1, else the third.
    case select(Value, Operand, Operand)
  }

  public struct InputPort: Sendable, Hashable {
    public var name: String
    public var shape: [Int]
    /// One per element; conversion of real numbers and the width of the port.
    public var types: [FixedPointType]
    /// Mantissas of the whole port count steps of `2^−fraction`.
    public var fraction: Int

    package init(name: String, shape: [Int], types: [FixedPointType], fraction: Int) {
      self.name = name
      self.shape = shape
      self.types = types
      self.fraction = fraction
    }
  }

  public struct OutputPort: Sendable, Hashable {
    public var name: String
    public var shape: [Int]
    public var values: [Value]
    /// One per element: width and point of the port.
    public var formats: [FixedPointFormat]
    /// Mantissas of the whole port count steps of `2^−fraction`.
    public var fraction: Int

    package init(
      name: String, shape: [Int], values: [Value], formats: [FixedPointFormat], fraction: Int
    ) {
      self.name = name
      self.shape = shape
      self.values = values
      self.formats = formats
      self.fraction = fraction
    }
  }

  public var name: String
  public package(set) var instructions: [Instruction] = []
  public package(set) var intervals: [Interval] = []
  /// For each instruction the index of its node in ``nodeNames``; −1 for inputs and constants.
  public package(set) var origins: [Int] = []
  public package(set) var nodeNames: [String] = []
  public package(set) var inputs: [InputPort] = []
  public package(set) var outputs: [OutputPort] = []
  /// Results of the network's nodes that are exact, for tracing: not outputs, and gone after
  /// ``prunedToOutputs()`` where they are not needed.
  public package(set) var traces: [OutputPort] = []

  public var count: Int { instructions.count }

  package init(name: String) { self.name = name }

  /// Appends an instruction; its operands must be there.
  package mutating func append(
    _ instruction: Instruction, _ interval: Interval, origin: Int
  ) -> Value {
    instructions.append(instruction)
    intervals.append(interval)
    origins.append(origin)
    return instructions.count - 1
  }
}

extension FixedPointProgram.Instruction {
  /// The values it reads.
  public var operands: [FixedPointProgram.Value] {
    switch self {
    case .input, .constant: []
    case .linear(let terms, _): terms.map(\.value)
    case .floorShift(let x, _), .convergentShift(let x, _), .wrap(let x, _, _),
      .clamp(let x, _, _), .divide(let x, _), .table(let x, _, _):
      [x]
    case .maximum(let a, let b), .minimum(let a, let b), .less(let a, let b), .equal(let a, let b):
      [a.value, b.value]
    case .multiply(let a, let b): [a, b]
    case .select(let condition, let a, let b): [condition, a.value, b.value]
    }
  }

  package func renumbered(_ map: [Int]) -> Self {
    func at(_ operand: FixedPointProgram.Operand) -> FixedPointProgram.Operand {
      .init(map[operand.value], shift: operand.shift)
    }
    switch self {
    case .input, .constant: return self
    case .linear(let terms, let constant):
      return .linear(terms.map { .init(map[$0.value], $0.coefficient) }, constant: constant)
    case .floorShift(let x, let bits): return .floorShift(map[x], bits: bits)
    case .convergentShift(let x, let bits): return .convergentShift(map[x], bits: bits)
    case .wrap(let x, let signed, let width): return .wrap(map[x], signed: signed, width: width)
    case .clamp(let x, let low, let high): return .clamp(map[x], low: low, high: high)
    case .maximum(let a, let b): return .maximum(at(a), at(b))
    case .minimum(let a, let b): return .minimum(at(a), at(b))
    case .multiply(let a, let b): return .multiply(map[a], map[b])
    case .divide(let x, let divisor): return .divide(map[x], by: divisor)
    case .table(let x, let first, let entries): return .table(map[x], first: first, entries: entries)
    case .less(let a, let b): return .less(at(a), at(b))
    case .equal(let a, let b): return .equal(at(a), at(b))
    case .select(let condition, let a, let b): return .select(map[condition], at(a), at(b))
    }
  }
}

extension FixedPointProgram {
  /// The program without instructions that no output needs. Input ports stay whole; a trace stays
  /// only if all of its values do.
  public func prunedToOutputs() -> FixedPointProgram {
    var live = Array(repeating: false, count: count)
    for output in outputs { for value in output.values { live[value] = true } }
    for value in stride(from: count - 1, through: 0, by: -1) where live[value] {
      for operand in instructions[value].operands { live[operand] = true }
    }
    return keeping(live)
  }

  func keeping(_ live: [Bool]) -> FixedPointProgram {
    var pruned = self
    pruned.instructions = []
    pruned.intervals = []
    pruned.origins = []
    var map = Array(repeating: -1, count: count)
    for value in 0..<count where live[value] {
      map[value] = pruned.instructions.count
      pruned.instructions.append(instructions[value].renumbered(map))
      pruned.intervals.append(intervals[value])
      pruned.origins.append(origins[value])
    }
    func renumbered(_ port: OutputPort) -> OutputPort {
      var port = port
      port.values = port.values.map { map[$0] }
      return port
    }
    pruned.outputs = outputs.map(renumbered)
    pruned.traces = traces.filter { $0.values.allSatisfy { live[$0] } }.map(renumbered)
    return pruned
  }
}

extension FixedPointProgram {
  /// Makes every traced value an output, so that an execution shows all nodes.
  public mutating func promoteTraces() {
    outputs = traces
    traces = []
  }
}
