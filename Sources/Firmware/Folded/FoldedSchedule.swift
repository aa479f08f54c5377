import WinnowFixedPoint

/// Which product each multiplier makes at each step, for rows that share inputs.
///
/// A *turn* finishes one row on every unit; it takes as many *steps* as a unit needs for its longest
/// row. A *unit* adds the products of its multipliers to its accumulator. A *line* carries inputs to
/// multipliers, one a step.
struct FoldedSchedule: Sendable {
  struct Shape: Sendable, Hashable {
    /// Inputs that enter a unit at each step.
    var parallelInputs: Int
    var steps: Int
    var turns: Int
    /// Each multiplier picks its own inputs and skips zero weights; otherwise all units are given the
    /// same inputs at the same step.
    var isGathered: Bool
  }

  struct Line: Sendable {
    /// The input by address: the step, or the step counted over all turns when gathered.
    var inputs: [Int]
    var width: Int
    var isSigned: Bool
  }

  struct Multiplier: Sendable {
    var line: Int
    /// By step, counted over all turns.
    var weights: [Int]
    var weightWidth: Int
    /// The range of its products.
    var low: Int
    var high: Int
  }

  struct Unit: Sendable {
    /// The rows it makes, by turn.
    var rows: [Int]
    var multipliers: [Multiplier]
    /// Wide enough for its widest row; sums on the way may wrap.
    var width: Int
  }

  let shape: Shape
  /// Clock edges between two vectors; beyond the shape's steps nothing is added.
  let reuse: Int
  private(set) var lines: [Line] = []
  private(set) var units: [Unit] = []

  var multiplierCount: Int { units.reduce(0) { $0 + $1.multipliers.count } }
  /// Multipliers of the unit that has most.
  var widestUnit: Int { units.map(\.multipliers.count).max() ?? 0 }
  var isPadded: Bool { shape.steps * shape.turns < reuse }
  /// Whether products of several steps are added.
  var accumulates: Bool { shape.steps > 1 || isPadded }

  init(_ matrix: FoldedMatrix, rows: [Int], shape: Shape, reuse: Int) {
    precondition(shape.steps * shape.turns <= reuse, "\(shape) takes more than \(reuse) steps")
    self.shape = shape
    self.reuse = reuse
    if shape.isGathered { gather(matrix, rows) } else { broadcast(matrix, rows) }
  }

  private static func line(_ inputs: [Int], _ matrix: FoldedMatrix) -> Line {
    let isSigned = inputs.contains { matrix.inputs[$0].isSigned }
    let width = inputs.reduce(1) { width, input in
      let own = matrix.inputs[input]
      return max(width, own.width + (isSigned && !own.isSigned ? 1 : 0))
    }
    return Line(inputs: inputs, width: width, isSigned: isSigned)
  }

  private func multiplier(
    _ line: Int, _ weights: [Int], input: (Int) -> Int, _ matrix: FoldedMatrix
  ) -> Multiplier {
    var (low, high, least, most) = (0, 0, 0, 0)
    for (step, weight) in weights.enumerated() where weight != 0 {
      least = min(least, weight)
      most = max(most, weight)
      let range = matrix.inputs[input(step)]
      low = min(low, weight * (weight > 0 ? range.low : range.high))
      high = max(high, weight * (weight > 0 ? range.high : range.low))
    }
    return Multiplier(
      line: line, weights: weights, weightWidth: signedWidth(least, most), low: low, high: high)
  }

  private func width(_ rows: [Int], _ matrix: FoldedMatrix) -> Int {
    rows.map { matrix.rows[$0].width }.max() ?? 1
  }

  /// All units are given the same inputs.
  private mutating func broadcast(_ matrix: FoldedMatrix, _ rows: [Int]) {
    let inputs = Set(rows.flatMap { matrix.rows[$0].terms.map(\.input) }).sorted()
    let parallel = shape.parallelInputs
    let places = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($1, $0) })
    for line in 0..<parallel {
      // The last line may run out of inputs before the others.
      let own = stride(from: line, to: inputs.count, by: parallel).map { inputs[$0] }
      lines.append(Self.line(own, matrix))
    }
    let unitCount = (rows.count + shape.turns - 1) / shape.turns
    for unit in 0..<unitCount {
      let own = stride(from: unit, to: rows.count, by: unitCount).map { rows[$0] }
      var weights = Array(
        repeating: Array(repeating: 0, count: shape.steps * shape.turns), count: parallel)
      for (turn, row) in own.enumerated() {
        for term in matrix.rows[row].terms {
          let place = places[term.input]!
          weights[place % parallel][turn * shape.steps + place / parallel] = term.weight
        }
      }
      let multipliers = (0..<parallel).compactMap { line -> Multiplier? in
        guard weights[line].contains(where: { $0 != 0 }) else { return nil }
        return multiplier(
          line, weights[line], input: { inputs[$0 % shape.steps * parallel + line] }, matrix)
      }
      units.append(Unit(rows: own, multipliers: multipliers, width: width(own, matrix)))
    }
  }

  /// Each multiplier has a list of weights that are not zero.
  private mutating func gather(_ matrix: FoldedMatrix, _ rows: [Int]) {
    // Rows of like length share a unit.
    let sorted = rows.sorted { a, b in
      let (first, second) = (matrix.rows[a].terms.count, matrix.rows[b].terms.count)
      return first == second ? a < b : first > second
    }
    for start in stride(from: 0, to: sorted.count, by: shape.turns) {
      let own = Array(sorted[start..<min(start + shape.turns, sorted.count)])
      let longest = matrix.rows[own[0]].terms.count
      let count = (longest + shape.steps - 1) / shape.steps
      var multipliers: [Multiplier] = []
      for place in 0..<count {
        var inputs: [Int] = []
        var weights: [Int] = []
        for row in own {
          let terms = matrix.rows[row].terms
          for step in 0..<shape.steps {
            let index = step * count + place
            let term = index < terms.count ? terms[index] : nil
            weights.append(term?.weight ?? 0)
            inputs.append(term?.input ?? inputs.last ?? terms[0].input)
          }
        }
        // The last unit may have fewer rows than there are turns.
        let missing = shape.steps * shape.turns - weights.count
        weights += Array(repeating: 0, count: missing)
        inputs += Array(repeating: inputs[inputs.count - 1], count: missing)
        let line = lines.count
        lines.append(Self.line(inputs, matrix))
        multipliers.append(multiplier(line, weights, input: { inputs[$0] }, matrix))
      }
      units.append(Unit(rows: own, multipliers: multipliers, width: width(own, matrix)))
    }
  }
}
