import CWinnowEngineKernels
import WinnowFixedPoint
import WinnowNetworkIR

/// Turns a program into steps on columns.
///
/// The bounds that make it exact: every value has a home column whose lane holds its interval. A
/// sum is computed modulo its lane, and that lane holds the sum's interval, or, when a `wrap`
/// follows, every bit that the wrap keeps; partial sums may wrap around. Operands are read in the
/// lane of the step (a *view*: the low bits, or sign-extended).
struct Compiler {
  let program: FixedPointProgram
  let outputs: [FixedPointProgram.OutputPort]
  /// Whether an output needs the value.
  private(set) var live: [Bool]
  /// How often a value is read, outputs counted; and by which instruction, if by one only.
  private(set) var uses: [Int]
  private(set) var reader: [Int]

  var columns: [Column] = []
  var steps: [Draft] = []
  /// Columns of constants, filled when a context is made.
  var filled: [(column: Int, value: Int128)] = []
  /// Input columns by port and element; −1 for an element that nothing reads.
  var inputColumns: [[Int]]

  private var home: [Int]
  private var views: [ValueInLane: Int] = [:]
  /// Pairs of 16-bit columns: each value belongs to one pair at most.
  private var partners: [Int: Partner] = [:]
  private var lonePairs: [Int: Int] = [:]

  private struct ValueInLane: Hashable {
    var value: Int
    var lane: Lane
  }

  private struct Partner {
    var column: Int
    var isHigh: Bool
  }

  init(_ program: FixedPointProgram, outputs: [FixedPointProgram.OutputPort]) {
    self.program = program
    self.outputs = outputs
    live = Array(repeating: false, count: program.count)
    uses = Array(repeating: 0, count: program.count)
    reader = Array(repeating: -1, count: program.count)
    home = Array(repeating: -1, count: program.count)
    inputColumns = program.inputs.map { Array(repeating: -1, count: $0.types.count) }
    for value in outputs.flatMap(\.values) {
      live[value] = true
      uses[value] += 1
    }
    for value in stride(from: program.count - 1, through: 0, by: -1) where live[value] {
      for operand in program.instructions[value].operands {
        live[operand] = true
        uses[operand] += 1
        reader[operand] = value
      }
    }
  }

  /// Makes steps for the whole program.
  mutating func compile() {
    for value in 0..<program.count where live[value] && !isFused(value) { lower(value) }
    for value in outputs.flatMap(\.values) { columns[home[value]].lastUse = .max }
  }

  func homeColumn(_ value: Int) -> Int { home[value] }
  func homeLane(_ value: Int) -> Lane { columns[home[value]].lane }

  // MARK: Columns

  mutating func addColumn(_ lane: Lane, stays: Bool = false) -> Int {
    columns.append(Column(lane: lane, lastUse: stays ? .max : -1))
    return columns.count - 1
  }

  mutating func addConstant(_ constant: Int128, _ lane: Lane) -> Int {
    let column = addColumn(lane, stays: true)
    filled.append((column, constant))
    return column
  }

  mutating func setHome(_ value: Int, _ column: Int) { home[value] = column }

  /// Adds a step and notes the use of its columns.
  mutating func add(_ step: Draft) {
    for column in step.columns where columns[column].lastUse != .max {
      columns[column].lastUse = steps.count
    }
    steps.append(step)
  }

  /// Adds a step that makes a value in a new column.
  mutating func add(_ value: Int, _ lane: Lane, _ step: Draft) {
    var step = step
    step.destination = addColumn(lane)
    setHome(value, step.destination)
    add(step)
  }

  /// The value's low bits, or the value sign-extended, in lanes of a width.
  mutating func view(_ value: Int, _ lane: Lane) -> Int {
    let own = homeLane(value)
    if own == lane { return home[value] }
    if let column = views[.init(value: value, lane: lane)] { return column }
    let column: Int
    if case .constant(let constant) = program.instructions[value] {
      column = addConstant(constant, lane)
    } else {
      column = addColumn(lane)
      let family = winnow_engine_convert_16_16.rawValue + UInt32(4 * own.rawValue)
      add(
        Draft(
          operation: family + UInt32(lane.rawValue), destination: column, operands: [home[value]]))
    }
    views[.init(value: value, lane: lane)] = column
    return column
  }

  /// Terms on 16-bit columns as terms on columns of pairs, the coefficients packed likewise.
  ///
  /// Values that meet in one sum first stay partners, so that the sums of a layer share pairs.
  mutating func paired(
    _ terms: [FixedPointProgram.Term]
  ) -> [(column: Int, coefficient: Int)] {
    var single: [FixedPointProgram.Term] = []
    for term in terms where partners[term.value] == nil { single.append(term) }
    for index in stride(from: 0, to: single.count - 1, by: 2) {
      let (low, high) = (single[index].value, single[index + 1].value)
      let column = addPair(low, high)
      partners[low] = Partner(column: column, isHigh: false)
      partners[high] = Partner(column: column, isHigh: true)
    }
    var order: [Int] = []
    var coefficients: [Int: (low: Int, high: Int)] = [:]
    for term in terms {
      let partner = partners[term.value] ?? Partner(column: lonePair(term.value), isHigh: false)
      if coefficients[partner.column] == nil { order.append(partner.column) }
      if partner.isHigh {
        coefficients[partner.column, default: (0, 0)].high = term.coefficient
      } else {
        coefficients[partner.column, default: (0, 0)].low = term.coefficient
      }
    }
    return order.map { column in
      let (low, high) = coefficients[column]!
      return (column, high << 16 | low & 0xffff)
    }
  }

  private mutating func addPair(_ low: Int, _ high: Int) -> Int {
    let column = addColumn(.bits32)
    add(
      Draft(
        operation: winnow_engine_pair.rawValue, destination: column,
        operands: [home[low], home[high]]))
    return column
  }

  private mutating func lonePair(_ value: Int) -> Int {
    if let column = lonePairs[value] { return column }
    let column = addPair(value, value)
    lonePairs[value] = column
    return column
  }
}
