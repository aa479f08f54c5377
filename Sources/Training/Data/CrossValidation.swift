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
  ///   - rows: the rows that are divided; all when omitted.
  ///   - label: a column of one number per event; each of its values is spread over the folds
  ///     evenly, within one row.
  /// - Throws: ``TrainingError`` for too few folds or rows, and for labels of more than one number.
  public func folds(
    _ count: Int, of rows: RowSet? = nil, seed: UInt64, stratifiedBy label: String? = nil
  ) throws(TrainingError) -> [Fold] {
    let rows = rows ?? RowSet(0..<self.count)
    guard count >= 2 else {
      throw TrainingError("cross-validation takes 2 folds or more, not \(count)")
    }
    guard rows.count >= count else {
      throw TrainingError("\(rows.count) rows cannot fill \(count) folds; use fewer folds or more data")
    }
    // Places in `rows`.
    var order = [UInt32](0..<UInt32(rows.count))
    var stream = RandomStream(seed: seed, label: "folds")
    stream.shuffle(&order)
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
        let (a, b) = (labels[rows[Int(order[$0])]], labels[rows[Int(order[$1])]])
        return a == b ? $0 < $1 : a < b
      }
      order = ranks.map { order[$0] }
    }
    guard count <= 255 else {
      throw TrainingError("cross-validation takes at most 255 folds, not \(count)")
    }
    var fold = [UInt8](repeating: 0, count: rows.count)
    for (rank, place) in order.enumerated() { fold[Int(place)] = UInt8(rank % count) }
    return (0..<count).map { number in
      func set(_ isTaken: (UInt8) -> Bool) -> RowSet {
        RowSet(ascending: fold.indices.filter { isTaken(fold[$0]) }.map { UInt32(rows[$0]) })
      }
      return Fold(training: set { $0 != number }, validation: set { $0 == number })
    }
  }

  /// The split of one fold of a cross-validation: the fold validates, the others train. The test
  /// rows are set aside first, the same for every fold.
  ///
  /// - Parameter number: of the fold, from 1.
  /// - Throws: as ``folds(_:of:seed:stratifiedBy:)`` and ``split(validation:test:seed:)``.
  public func split(
    fold number: Int, of count: Int, test: Double = 0, seed: UInt64,
    stratifiedBy label: String? = nil
  ) throws(TrainingError) -> DataSplit {
    let outer = try split(validation: 0, test: test, seed: seed)
    let folds = try folds(count, of: outer.training, seed: seed, stratifiedBy: label)
    guard folds.indices.contains(number - 1) else {
      throw TrainingError("there is no fold \(number) of \(count); give 1 to \(count)")
    }
    let fold = folds[number - 1]
    return DataSplit(training: fold.training, validation: fold.validation, test: outer.test)
  }
}
