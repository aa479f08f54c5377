import WinnowTensors

/// The rows that are trained on, those that choose between networks, and those that judge the last.
public struct DataSplit: Sendable, Hashable {
  public var training: RowSet
  public var validation: RowSet
  public var test: RowSet

  /// - Throws: ``TrainingError`` for ranges outside the data, ranges that overlap, and empty ones
  ///   (the test range may be `nil`).
  public init(
    training: Range<Int>, validation: Range<Int>, test: Range<Int>? = nil, of data: TrainingData
  ) throws(TrainingError) {
    let named = [("training", training), ("validation", validation)] + (test.map { [("test", $0)] } ?? [])
    for (index, (name, range)) in named.enumerated() {
      guard range.lowerBound >= 0, range.upperBound <= data.count else {
        throw TrainingError(
          "the \(name) split takes rows \(range.lowerBound) to \(range.upperBound) of \(data.count); "
            + "give a range inside the data")
      }
      guard !range.isEmpty else {
        throw TrainingError("the \(name) split is empty; give it at least one row")
      }
      for (other, earlier) in named[..<index] where earlier.overlaps(range) {
        throw TrainingError("the \(other) and \(name) splits share rows; give ranges apart")
      }
    }
    self.training = RowSet(training)
    self.validation = RowSet(validation)
    self.test = RowSet(test ?? 0..<0)
  }

  init(training: RowSet, validation: RowSet, test: RowSet) {
    self.training = training
    self.validation = validation
    self.test = test
  }
}

extension TrainingData {
  /// Splits the rows at random by fractions; what is left over trains.
  ///
  /// The same seed and number of rows give the same split on every machine. Each split has the
  /// nearest whole number of rows.
  ///
  /// - Throws: ``TrainingError`` for fractions outside 0 to 1 or a split without rows.
  public func split(validation: Double, test: Double = 0, seed: UInt64) throws(TrainingError)
    -> DataSplit
  {
    for (name, fraction) in [("validation", validation), ("test", test)] {
      guard fraction >= 0, fraction < 1 else {
        throw TrainingError("the \(name) fraction is \(fraction); give one from 0 to below 1")
      }
      guard fraction == 0 || (fraction * Double(count)).rounded() >= 1 else {
        throw TrainingError(
          "the \(name) split is empty: \(fraction) of \(count) rows; give a larger fraction or more data")
      }
    }
    let validationCount = Int((validation * Double(count)).rounded())
    let testCount = Int((test * Double(count)).rounded())
    guard validationCount + testCount < count else {
      throw TrainingError(
        "the training split is empty: validation takes \(validationCount) and test \(testCount) of "
          + "\(count) rows; give smaller fractions or more data")
    }
    let order = shuffledRows(seed: seed, label: "split")
    func set(_ part: Range<Int>) -> RowSet { RowSet(ascending: order[part].sorted()) }
    return DataSplit(
      training: set(validationCount + testCount..<count), validation: set(0..<validationCount),
      test: set(validationCount..<validationCount + testCount))
  }

  func shuffledRows(seed: UInt64, label: String) -> [UInt32] {
    var order = [UInt32](0..<UInt32(count))
    var stream = RandomStream(seed: seed, label: label)
    stream.shuffle(&order)
    return order
  }
}
