/// What a step changed, to undo it by.
struct AnnealingJournal {
  /// A row as it was before the step: a range of ``terms``.
  struct Touched {
    var row: Int32
    var first: Int32
    var count: Int32
  }

  private(set) var touched: [Touched] = []
  private(set) var terms: [SignedTerm] = []
  /// What a row cost before the step; its first entry counts.
  struct Cost {
    var row: Int32
    var isNegated: Bool
    var cost: Int
  }

  private(set) var costs: [Cost] = []
  private(set) var created: [Int32] = []
  private(set) var killed: [Int32] = []
  private var isTouched: [Bool] = []

  mutating func appendRow() { isTouched.append(false) }

  /// Notes a row the first time it is about to change in this step.
  mutating func touch(_ row: Int, terms rows: [[SignedTerm]]) {
    guard !isTouched[row] else { return }
    isTouched[row] = true
    touched.append(
      Touched(row: Int32(row), first: Int32(terms.count), count: Int32(rows[row].count)))
    for index in rows[row].indices { terms.append(rows[row][index]) }
  }

  mutating func noteCost(_ row: Int, _ cost: Int, isNegated: Bool) {
    costs.append(Cost(row: Int32(row), isNegated: isNegated, cost: cost))
  }
  mutating func noteCreated(_ row: Int) { created.append(Int32(row)) }
  mutating func noteKilled(_ row: Int) { killed.append(Int32(row)) }

  mutating func removeAll() {
    for entry in touched { isTouched[Int(entry.row)] = false }
    touched.removeAll(keepingCapacity: true)
    terms.removeAll(keepingCapacity: true)
    costs.removeAll(keepingCapacity: true)
    created.removeAll(keepingCapacity: true)
    killed.removeAll(keepingCapacity: true)
  }
}

extension AnnealingState {
  /// Keeps what has changed since the last step.
  mutating func commit() {
    // A row that was created and ended within the step is in both lists.
    for row in journal.killed { freeRows.append(row) }
    journal.removeAll()
  }

  /// Goes back to where the last step ended.
  mutating func rollBack() {
    isQueueing = false
    for entry in journal.touched.reversed() {
      restore(
        Int(entry.row), journal.terms[Int(entry.first)..<Int(entry.first &+ entry.count)])
    }
    for row in journal.killed.reversed() {
      isLive[Int(row)] = true
      enterLive(Int(row))
    }
    for row in journal.created.reversed() {
      isLive[Int(row)] = false
      leaveLive(Int(row))
      freeRows.append(row)
    }
    for entry in journal.touched { unsettle(Int(entry.row)) }
    settle()
    for entry in journal.costs.reversed() {
      totalCost &+= entry.cost &- costs[Int(entry.row)]
      costs[Int(entry.row)] = entry.cost
      isNegated[Int(entry.row)] = entry.isNegated
    }
    for row in dirty { isDirty[Int(row)] = false }
    dirty.removeAll(keepingCapacity: true)
    lonely.removeAll(keepingCapacity: true)
    journal.removeAll()
  }

  /// Gives a row the terms it had, changing only those that differ.
  private mutating func restore(_ row: Int, _ terms: ArraySlice<SignedTerm>) {
    var index = rows[row].count
    while index > 0 {
      index &-= 1
      if !terms.contains(rows[row][index]) { remove(at: index, from: row) }
    }
    for term in terms where !rows[row].contains(term) { insert(term, in: row) }
  }
}
