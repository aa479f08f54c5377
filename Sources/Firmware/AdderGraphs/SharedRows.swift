/// The state of a search for shared sums: every value is an input or a row of signed shifted terms.
///
/// Values are numbered `0..<inputs.count` for inputs, then one for each row: the outputs first,
/// then the shared values. A row's terms are unique in (value, shift) and sorted. The structure
/// keeps, with every change, who uses a value, the weight `Σ 2^level` that bounds a row's depth,
/// and the pairs that rows have in common; forms and ranges never change.
struct SharedRows {
  let inputs: [ConstantMatrixProblem.Input]
  let outputCount: Int
  private(set) var rows: [[SignedTerm]]
  /// The rows that name a value, once for each term, in no order.
  private(set) var users: [[Int32]]
  /// The exact linear form of every value.
  private(set) var forms: [LinearForm]
  private(set) var ranges: [ValueRange]
  /// The adder levels of every value that a row uses.
  private(set) var levels: [Int]
  /// `Σ 2^level` over a row's terms: the row can be summed in `⌈log2⌉` of it levels.
  private(set) var weights: [Int]
  var candidates: PairCandidates
  /// Whether changes of rows are counted in ``candidates``.
  var countsPairs = false

  /// Rows of canonical signed digits.
  ///
  /// - Parameter outputs: the linear forms to compute, none of them zero or equal to another.
  init(
    inputs: [ConstantMatrixProblem.Input], outputs: [LinearForm], scale: DepthScale,
    scoring: PairScoring
  ) {
    self.inputs = inputs
    outputCount = outputs.count
    forms = inputs.indices.map { LinearForm(input: $0) } + outputs
    ranges = forms.map { $0.range(over: inputs) }
    levels = inputs.map { scale.level($0.depth) } + outputs.map { _ in 0 }
    rows = Array(repeating: [], count: outputs.count)
    weights = Array(repeating: 0, count: outputs.count)
    users = Array(repeating: [], count: forms.count)
    candidates = PairCandidates(ranges: ranges, scoring: scoring)
    for (row, form) in outputs.enumerated() {
      for term in form.terms {
        for digit in signedDigits(of: term.coefficient) {
          add(
            SignedTerm(
              value: Int(term.input), shift: digit.shift, isNegative: digit.isNegative),
            to: row)
        }
      }
    }
  }

  /// Rows found by a search: the outputs, then shared values, empty where out of use.
  ///
  /// - Parameter outputs: the linear forms of the first rows.
  init(
    inputs: [ConstantMatrixProblem.Input], outputs: [LinearForm], rows found: [[SignedTerm]],
    scale: DepthScale
  ) {
    self.inputs = inputs
    outputCount = outputs.count
    let none = LinearForm([])
    forms =
      inputs.indices.map { LinearForm(input: $0) } + outputs
      + Array(repeating: none, count: found.count - outputs.count)
    ranges = []
    levels = inputs.map { scale.level($0.depth) } + found.map { _ in 0 }
    rows = Array(repeating: [], count: found.count)
    weights = Array(repeating: 0, count: found.count)
    users = Array(repeating: [], count: forms.count)
    candidates = PairCandidates(ranges: [], scoring: PairScoring())
    for row in Self.topologicalOrder(found, inputCount: inputs.count) {
      let value = value(ofRow: row)
      for term in found[row] {
        add(term, to: row)
        guard row >= outputCount else { continue }
        forms[value] = LinearForm(
          forms[value], shift: 0, forms[term.value], shift: term.shift, subtract: term.isNegative)
      }
      levels[value] = ceilingLog2(weights[row])
    }
    ranges = forms.map { $0.range(over: inputs) }
  }

  /// Pairs of terms within rows.
  var pairCount: Int { rows.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 } }

  func value(ofRow row: Int) -> Int { inputs.count + row }
  func row(ofValue value: Int) -> Int { value - inputs.count }

  /// Adds a term: an equal one carries (`x + x = x << 1`), an opposite one cancels.
  mutating func add(_ term: SignedTerm, to row: Int) {
    var term = term
    while true {
      let index = firstIndex(in: row, place: term.place)
      guard index < rows[row].count, rows[row][index].place == term.place else {
        insert(term, at: index, in: row)
        return
      }
      let carries = rows[row][index] == term
      remove(at: index, from: row)
      guard carries else { return }
      term = SignedTerm(
        value: term.value, shift: term.shift + 1, isNegative: term.isNegative)
    }
  }

  @discardableResult
  mutating func remove(at index: Int, from row: Int) -> SignedTerm {
    let term = rows[row].remove(at: index)
    if countsPairs { candidates.remove(term, besides: rows[row][...]) }
    weights[row] -= 1 << levels[term.value]
    if let user = users[term.value].lastIndex(of: Int32(row)) {
      users[term.value].swapAt(user, users[term.value].count - 1)
      users[term.value].removeLast()
    }
    return term
  }

  private mutating func insert(_ term: SignedTerm, at index: Int, in row: Int) {
    if countsPairs { candidates.add(term, besides: rows[row][...]) }
    rows[row].insert(term, at: index)
    weights[row] += 1 << levels[term.value]
    users[term.value].append(Int32(row))
  }

  mutating func removeAll(from row: Int) {
    while !rows[row].isEmpty { remove(at: rows[row].count - 1, from: row) }
  }

  /// A new shared value, the sum or difference of a pair; its row has the pair's two terms.
  mutating func appendValue(_ pair: PairKey) -> Int {
    let form = LinearForm(
      forms[pair.first], shift: pair.firstShift, forms[pair.second], shift: pair.secondShift,
      subtract: pair.isDifference)
    let value = forms.count
    forms.append(form)
    ranges.append(form.range(over: inputs))
    levels.append(max(levels[pair.first], levels[pair.second]) + 1)
    candidates.appendValue(ranges[value], tile: candidates.tiles[pair.first])
    users.append([])
    rows.append([])
    weights.append(0)
    let row = row(ofValue: value)
    add(SignedTerm(value: pair.first, shift: pair.firstShift, isNegative: false), to: row)
    add(
      SignedTerm(value: pair.second, shift: pair.secondShift, isNegative: pair.isDifference),
      to: row)
    return value
  }

  /// Makes an output's row, of exactly this pair, a value for other rows to use.
  mutating func publish(_ value: Int, as pair: PairKey) {
    precondition(users[value].isEmpty, "value \(value) is already in use")
    levels[value] = max(levels[pair.first], levels[pair.second]) + 1
    candidates.setTile(candidates.tiles[pair.first], of: value)
  }

  /// The first index of a row whose term is at `place` or after.
  func firstIndex(in row: Int, place: UInt32) -> Int {
    var low = 0
    var high = rows[row].count
    while low < high {
      let middle = (low + high) / 2
      if rows[row][middle].place < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
