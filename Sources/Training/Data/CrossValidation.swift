import WinnowTensors

/// One fold of a cross-validation: the rows of the fold validate, all others train.
public struct Fold: Sendable, Hashable {
  public var training: RowSet
  public var validation: RowSet
}

extension TrainingData {
  /// Seeded folds that share no row and cover all; their sizes differ by at most one row.
  ///
  /// - Parameters:
  ///   - count: the number of folds, at least 2.
  ///   - label: a column of one number per event; each of its values is spread over the folds
  ///     evenly, within one row.
  /// - Throws: ``TrainingError`` for too few folds or rows, and for labels of more than one number.
  public func folds(_ count: Int, seed: UInt64, stratifiedBy label: String? = nil)
    throws(TrainingError) -> [Fold]
  {
    guard count >= 2 else {
      throw TrainingError("cross-validation takes 2 folds or more, not \(count)")
    }
    guard self.count >= count else {
      throw TrainingError("\(self.count) rows cannot fill \(count) folds; use fewer folds or more data")
    }
    var order = shuffledRows(seed: seed, label: "folds")
    if let label {
      let column = try column(label)
      guard column.count == 1 else {
        throw TrainingError(
          "column '\(label)' has \(column.count) values per event; folds are stratified by one")
      }
      var labels: [Double] = []
      try column.read(0..<self.count, into: &labels)
      for (row, value) in labels.enumerated() where value.isNaN {
        throw TrainingError("row \(row) of column '\(label)' (\(column.rows.source)) is NaN; mend it")
      }
      // The rows of one label follow one another, in their shuffled order, and are dealt out.
      let ranks = order.indices.sorted {
        let (a, b) = (labels[Int(order[$0])], labels[Int(order[$1])])
        return a == b ? $0 < $1 : a < b
      }
      order = ranks.map { order[$0] }
    }
    var fold = [UInt8](repeating: 0, count: count > 255 ? 0 : self.count)
    guard count <= 255 else {
      throw TrainingError("cross-validation takes at most 255 folds, not \(count)")
    }
    for (place, row) in order.enumerated() { fold[Int(row)] = UInt8(place % count) }
    return (0..<count).map { number in
      let rows = UInt32(0)..<UInt32(self.count)
      return Fold(
        training: RowSet(ascending: rows.filter { fold[Int($0)] != number }),
        validation: RowSet(ascending: rows.filter { fold[Int($0)] == number }))
    }
  }
}
