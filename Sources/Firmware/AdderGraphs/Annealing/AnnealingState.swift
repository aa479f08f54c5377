import WinnowTensors

/// Rows of signed shifted terms that are taken apart and shared again many thousand times a second.
///
/// What ``SharedRows`` is to the greedy, with values that come and go, costs kept for every row, and
/// a journal to undo a step by. Values are numbered as there: inputs, outputs, shared values; a
/// value's linear form never changes while it lives, its row may.
struct AnnealingState {
  let inputCount: Int
  let outputCount: Int
  /// Levels that each output may use, and the most of them.
  let limits: [Int]
  let limit: Int
  var random: RandomStream

  /// In no order.
  var rows: [[SignedTerm]] = []
  /// The rows that name a value, once for each term, in no order.
  var users: [[Int32]] = []
  var forms: FormTable
  var wires: [NarrowRange] = []
  /// The adder levels of every value: `⌈log2 weight⌉` for rows, once settled.
  var levels: [Int] = []
  /// `Σ 2^level` over a row's terms.
  var weights: [Int] = []
  var pairs: PairCounts
  var queue = PairQueue()
  /// Whether pairs that occur twice are queued as they appear.
  var isQueueing = false

  /// Rows in use; outputs always are.
  var isLive: [Bool] = []
  /// The rows of shared values in use, in no order, and where each is.
  var live: [Int32] = []
  var livePlaces: [Int32] = []
  var freeRows: [Int32] = []

  /// Twice the bits of every row, and of all.
  var costs: [Int] = []
  /// Whether the adders of a row give minus its value, so that users see its sign turned.
  var isNegated: [Bool] = []
  var totalCost = 0
  var isDirty: [Bool] = []
  var dirty: [Int32] = []
  /// Rows whose level may have changed.
  var isUnsettled: [Bool] = []
  var unsettled: [Int32] = []
  /// Shared values that may be used less than twice.
  var lonely: [Int32] = []
  var rowCost = RowCost()
  /// Levels that a row may grow to without making an output too deep; valid where stamped.
  var requirements: [Int] = []
  var requirementStamps: [Int] = []
  /// Rows seen by a search, where equal to `marking`.
  var marks: [Int] = []
  var marking = 0
  /// The number of the step.
  var stamp = 0

  var journal = AnnealingJournal()
  /// Table look-ups and the like since the start: the clock of a search, equal on every machine.
  var work = 0

  // Scratch.
  var candidates: [Int32] = []
  var exact: [Int32] = []
  var rest: [Int] = []
  var restDigits: [Int] = []

  /// - Parameters:
  ///   - rows: a result of the greedy.
  ///   - limits: at least the levels of each of its outputs.
  init(_ shared: SharedRows, limits: [Int], random: RandomStream) {
    inputCount = shared.inputs.count
    outputCount = shared.outputCount
    self.limits = limits
    limit = limits.max() ?? 0
    self.random = random
    forms = FormTable(shared.inputs)
    pairs = PairCounts(
      capacity: 4 * shared.rows.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 })
    // Rows that the greedy emptied are left out.
    let used = shared.rows.indices.filter { $0 < outputCount || !shared.rows[$0].isEmpty }
    var numbers = Array(0..<inputCount) + Array(repeating: -1, count: shared.rows.count)
    for (row, old) in used.enumerated() { numbers[shared.value(ofRow: old)] = inputCount + row }
    for value in 0..<inputCount {
      appendValue()
      forms.set(value, to: shared.forms[value])
      wires[value] = forms.wires(of: value)
      levels[value] = shared.levels[value]
    }
    for old in used {
      let row = appendRow()
      forms.set(inputCount + row, to: shared.forms[shared.value(ofRow: old)])
      wires[inputCount + row] = forms.wires(of: inputCount + row)
      isLive[row] = true
      if row >= outputCount { enterLive(row) }
    }
    for (row, old) in used.enumerated() {
      for term in shared.rows[old] {
        insert(
          SignedTerm(value: numbers[term.value], shift: term.shift, isNegative: term.isNegative),
          in: row)
      }
      unsettle(row)
    }
    settle()
    for row in rows.indices { markDirty(row) }
    evaluate()
    commit()
    work = 0
  }

  func value(ofRow row: Int) -> Int { inputCount &+ row }
  func row(ofValue value: Int) -> Int { value &- inputCount }

  // MARK: Values

  private mutating func appendValue() {
    users.append([])
    forms.append()
    wires.append(NarrowRange(low: 0, high: 0, zeros: 0))
    levels.append(0)
  }

  private mutating func appendRow() -> Int {
    appendValue()
    rows.append([])
    weights.append(0)
    isLive.append(false)
    livePlaces.append(-1)
    costs.append(0)
    isNegated.append(false)
    isDirty.append(false)
    isUnsettled.append(false)
    requirements.append(0)
    requirementStamps.append(-1)
    marks.append(-1)
    journal.appendRow()
    return rows.count - 1
  }

  mutating func enterLive(_ row: Int) {
    livePlaces[row] = Int32(live.count)
    live.append(Int32(row))
  }

  mutating func leaveLive(_ row: Int) {
    let place = Int(livePlaces[row])
    let last = live.removeLast()
    if Int(last) != row {
      live[place] = last
      livePlaces[Int(last)] = Int32(place)
    }
    livePlaces[row] = -1
  }

  /// A new shared value, the sum or difference of a pair; its row is still empty.
  mutating func create(_ pair: PairKey) -> Int {
    let row = freeRows.popLast().map { Int($0) } ?? appendRow()
    let value = inputCount &+ row
    forms.set(value, to: pair)
    wires[value] = forms.wires(of: value)
    levels[value] = max(levels[pair.first], levels[pair.second]) &+ 1
    isLive[row] = true
    enterLive(row)
    journal.noteCreated(row)
    return value
  }

  /// Ends a shared value that nobody uses.
  mutating func kill(_ row: Int) {
    touch(row)
    removeAll(from: row)
    isLive[row] = false
    leaveLive(row)
    journal.noteKilled(row)
  }

  // MARK: Terms

  /// Adds a term: an equal one carries (`x + x = x << 1`), an opposite one cancels.
  mutating func add(_ term: SignedTerm, to row: Int) {
    touch(row)
    var term = term
    while true {
      guard let index = index(of: term.place, in: row) else { return insert(term, in: row) }
      let carries = rows[row][index] == term
      remove(at: index, from: row)
      guard carries else { return }
      term = SignedTerm(
        value: term.value, shift: term.shift &+ 1, isNegative: term.isNegative)
    }
  }

  func index(of place: UInt32, in row: Int) -> Int? {
    for index in rows[row].indices where rows[row][index].place == place { return index }
    return nil
  }

  /// The first term of a value in a row.
  func index(ofValue value: Int, in row: Int) -> Int? {
    for index in rows[row].indices where rows[row][index].value == value { return index }
    return nil
  }

  /// - Precondition: the row has no term of this place, and is touched.
  mutating func insert(_ term: SignedTerm, in row: Int) {
    let count = rows[row].count
    work &+= count &+ 4
    for index in 0..<count {
      let other = rows[row][index]
      let key = other < term ? PairKey(other, term) : PairKey(term, other)
      let occurrences = pairs.increment(key)
      if isQueueing, occurrences >= 2 { enqueue(key, count: occurrences) }
    }
    rows[row].append(term)
    let value = term.value
    weights[row] &+= 1 &<< levels[value]
    if users[value].isEmpty { noteUse(of: value) }
    users[value].append(Int32(row))
  }

  /// - Precondition: the row is touched.
  mutating func remove(at index: Int, from row: Int) {
    let last = rows[row].count &- 1
    let term = rows[row][index]
    rows[row][index] = rows[row][last]
    rows[row].removeLast()
    work &+= last &+ 4
    for index in 0..<last {
      let other = rows[row][index]
      pairs.decrement(other < term ? PairKey(other, term) : PairKey(term, other))
    }
    let value = term.value
    weights[row] &-= 1 &<< levels[value]
    var user = users[value].count &- 1
    while users[value][user] != Int32(row) { user &-= 1 }
    users[value].swapAt(user, users[value].count &- 1)
    users[value].removeLast()
    if value >= inputCount &+ outputCount {
      if users[value].count < 2 { lonely.append(Int32(value &- inputCount)) }
    } else if users[value].isEmpty {
      noteUse(of: value)
    }
    if last < 2, row >= outputCount { lonely.append(Int32(row)) }
  }

  mutating func removeAll(from row: Int) {
    while !rows[row].isEmpty { remove(at: rows[row].count &- 1, from: row) }
  }

  /// An output that others use must be of least depth, one that nobody uses need not.
  private mutating func noteUse(of value: Int) {
    if value >= inputCount, value < inputCount &+ outputCount { markDirty(value &- inputCount) }
  }

  mutating func markDirty(_ row: Int) {
    guard !isDirty[row] else { return }
    isDirty[row] = true
    dirty.append(Int32(row))
    journal.noteCost(row, costs[row], isNegated: isNegated[row])
  }

  /// What precedes every change of a row's terms.
  mutating func touch(_ row: Int) {
    journal.touch(row, terms: rows)
    unsettle(row)
    markDirty(row)
  }

  mutating func unsettle(_ row: Int) {
    guard !isUnsettled[row] else { return }
    isUnsettled[row] = true
    unsettled.append(Int32(row))
  }
}
