extension SharedRows {
  /// Dissolves shared values that one term uses, and drops those that none does, until all that
  /// remain are shared.
  ///
  /// A longer row has more ways to be summed, so this only helps; levels never rise.
  mutating func inlineSingleUses() {
    var changed = true
    while changed {
      changed = false
      for row in (outputCount..<rows.count).reversed() where !rows[row].isEmpty {
        let uses = users[value(ofRow: row)].count
        if uses == 0 {
          removeAll(from: row)
        } else if uses == 1 || rows[row].count == 1 {
          dissolve(row)
        } else {
          continue
        }
        changed = true
      }
    }
  }

  /// Puts a shared value's row in the place of every term that uses it.
  private mutating func dissolve(_ row: Int) {
    let value = value(ofRow: row)
    let definition = rows[row]
    while let user = users[value].last {
      let user = Int(user)
      let index = firstIndex(in: user, place: SignedTerm.firstPlace(of: value))
      let use = remove(at: index, from: user)
      for term in definition {
        add(
          SignedTerm(
            value: term.value, shift: term.shift + use.shift,
            isNegative: term.isNegative != use.isNegative),
          to: user)
      }
    }
    removeAll(from: row)
  }

  /// The rows in use, each after those it uses.
  var topologicalOrder: [Int] {
    let order = Self.topologicalOrder(rows, inputCount: inputs.count)
    var isUsed = Array(repeating: false, count: rows.count)
    for row in order.reversed() where row < outputCount || isUsed[row] {
      for term in rows[row] where term.value >= inputs.count {
        isUsed[self.row(ofValue: term.value)] = true
      }
      isUsed[row] = true
    }
    return order.filter { isUsed[$0] }
  }

  /// All rows, each after those it uses.
  static func topologicalOrder(_ rows: [[SignedTerm]], inputCount: Int) -> [Int] {
    var order: [Int] = []
    var visited = Array(repeating: false, count: rows.count)
    // As deep as the graph has levels.
    func visit(_ row: Int) {
      guard !visited[row] else { return }
      visited[row] = true
      for term in rows[row] where term.value >= inputCount { visit(term.value - inputCount) }
      order.append(row)
    }
    for row in rows.indices { visit(row) }
    return order
  }
}
