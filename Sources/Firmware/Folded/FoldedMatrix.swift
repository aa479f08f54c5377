import WinnowFixedPoint
import WinnowNetworkIR

/// The sums of a stage as a sparse constant matrix.
struct FoldedMatrix: Sendable {
  struct Input: Sendable {
    /// Where the element's bits start in the token.
    var start: Int
    var width: Int
    var low: Int
    var high: Int
    var isSigned: Bool { low < 0 }
  }

  struct Term: Sendable {
    var input: Int
    var weight: Int
  }

  struct Row: Sendable {
    /// In order of inputs; no weight is zero.
    var terms: [Term]
    var constant: Int
    /// The sum's exact range.
    var interval: Interval
    var width: Int { max(interval.format.width, 1) }
  }

  var inputs: [Input] = []
  var rows: [Row] = []

  /// Weights that are not zero.
  var weightCount: Int { rows.reduce(0) { $0 + $1.terms.count } }

  /// - Throws: ``NetworkError`` when a number has more than 61 bits.
  init(_ stage: FoldedPartition.Stage) throws {
    let program = stage.program
    var starts: [[Int]] = []
    var start = 0
    for port in program.inputs {
      starts.append(
        port.types.map { type in
          defer { start += type.width }
          return start
        })
    }
    var places: [Int: Int] = [:]
    func tooWide() -> NetworkError {
      NetworkError(
        "node '\(stage.nodes.first ?? program.name)' sums numbers of more than 61 bits; quantise its inputs or weights to fewer"
      )
    }
    func narrow(_ mantissa: Int128) throws -> Int {
      guard let narrow = Int(exactly: mantissa), narrow.magnitude < 1 << 61 else { throw tooWide() }
      return narrow
    }
    var used: Set<Int> = []
    for row in stage.rows {
      guard case .linear(let terms, _) = program.instructions[row] else { continue }
      used.formUnion(terms.map(\.value))
    }
    for value in used.sorted() {
      guard case .input(let port, let element) = program.instructions[value] else {
        preconditionFailure("a folded sum reads \(program.instructions[value]), not an input")
      }
      let interval = program.intervals[value]
      places[value] = inputs.count
      inputs.append(
        Input(
          start: starts[port][element], width: program.width(value), low: try narrow(interval.low),
          high: try narrow(interval.high)))
    }
    for row in stage.rows {
      guard case .linear(let terms, let constant) = program.instructions[row] else { continue }
      let interval = program.intervals[row]
      _ = try narrow(interval.low)
      _ = try narrow(interval.high)
      rows.append(
        Row(
          terms: terms.map { Term(input: places[$0.value]!, weight: $0.coefficient) }
            .sorted { $0.input < $1.input },
          constant: try narrow(constant), interval: interval))
    }
  }

  /// Rows that share no input with others are scheduled apart: the row numbers of every group.
  func components() -> [[Int]] {
    var parent = Array(inputs.indices)
    func root(_ input: Int) -> Int {
      var place = input
      while parent[place] != place { place = parent[place] }
      return place
    }
    for row in rows {
      guard let first = row.terms.first else { continue }
      let top = root(first.input)
      for term in row.terms {
        var place = term.input
        while parent[place] != place { (place, parent[place]) = (parent[place], top) }
        parent[place] = top
      }
      parent[top] = top
    }
    return Dictionary(grouping: rows.indices) { root(rows[$0].terms[0].input) }
      .values.sorted { $0[0] < $1[0] }
  }
}

/// Bits of a two's complement number that holds a range.
func signedWidth(_ low: Int, _ high: Int) -> Int {
  let magnitude = max(high, low < 0 ? -(low + 1) : 0)
  return Int.bitWidth - magnitude.leadingZeroBitCount + 1
}
