import Testing
import WinnowTensors

@testable import WinnowTraining

@Suite struct DataSplitTests {
  private func list(_ rows: RowSet) -> [Int] { (0..<rows.count).map { rows[$0] } }

  @Test func fractionsAreDisjointAndCover() throws {
    let data = try numberedData(101)
    let split = try data.split(validation: 0.2, test: 0.1, seed: 3)
    #expect((split.training.count, split.validation.count, split.test.count) == (71, 20, 10))
    let all = [split.training, split.validation, split.test].map(list)
    #expect(all.joined().sorted() == Array(0..<101))
    for part in all { #expect(part == part.sorted()) }
    #expect(try data.split(validation: 0.2, test: 0.1, seed: 3) == split)
    #expect(try data.split(validation: 0.2, test: 0.1, seed: 4) != split)
    // A shuffle spreads over the data: 20 of 101 rows do not all lie in one half.
    #expect(all[1].contains { $0 < 50 } && all[1].contains { $0 >= 50 })
  }

  @Test func ranges() throws {
    let data = try numberedData(10)
    let split = try DataSplit(training: 0..<6, validation: 6..<8, test: 8..<10, of: data)
    #expect(list(split.validation) == [6, 7])
    #expect(
      dataMessage { _ = try DataSplit(training: 0..<6, validation: 5..<8, of: data) }
        == "the training and validation splits share rows; give ranges apart")
    #expect(
      dataMessage { _ = try DataSplit(training: 0..<6, validation: 6..<11, of: data) }
        == "the validation split takes rows 6 to 11 of 10; give a range inside the data")
    #expect(
      dataMessage { _ = try DataSplit(training: 0..<6, validation: 6..<6, of: data) }
        == "the validation split is empty; give it at least one row")
  }

  @Test func emptySplits() throws {
    let data = try numberedData(10)
    #expect(
      dataMessage { _ = try data.split(validation: 0.01, seed: 1) }
        == "the validation split is empty: 0.01 of 10 rows; give a larger fraction or more data")
    #expect(
      dataMessage { _ = try data.split(validation: 0.5, test: 0.5, seed: 1) }
        == "the training split is empty: validation takes 5 and test 5 of 10 rows; give smaller "
        + "fractions or more data")
    #expect(
      dataMessage { _ = try data.split(validation: 1.5, seed: 1) }
        == "the validation fraction is 1.5; give one from 0 to below 1")
    #expect(
      dataMessage { _ = try data.split(validation: .nan, seed: 1) }
        == "the validation fraction is nan; give one from 0 to below 1")
  }

  @Test(arguments: [nil, "y"]) func foldsAreDisjointAndCover(_ label: String?) throws {
    let data = try numberedData(103)
    let folds = try data.folds(5, seed: 9, stratifiedBy: label)
    #expect(folds.flatMap { list($0.validation) }.sorted() == Array(0..<103))
    for fold in folds {
      #expect((20...21).contains(fold.validation.count))
      #expect((list(fold.training) + list(fold.validation)).sorted() == Array(0..<103))
    }
    #expect(try data.folds(5, seed: 9, stratifiedBy: label) == folds)
    #expect(try data.folds(5, seed: 10, stratifiedBy: label) != folds)
    if label != nil {
      // Labels are row % 3: 35, 34 and 34 of them, so 6 to 7 of each in a fold.
      for fold in folds {
        for value in 0..<3 {
          #expect((6...7).contains(list(fold.validation).count { $0 % 3 == value }))
        }
      }
    }
  }

  @Test func foldsThatCannotBe() throws {
    let data = try numberedData(4)
    #expect(
      dataMessage { _ = try data.folds(1, seed: 1) }
        == "cross-validation takes 2 folds or more, not 1")
    #expect(
      dataMessage { _ = try data.folds(5, seed: 1) }
        == "4 rows cannot fill 5 folds; use fewer folds or more data")
    #expect(
      dataMessage { _ = try data.folds(2, seed: 1, stratifiedBy: "x") }
        == "column 'x' has 3 values per event; folds are stratified by one")
    #expect(
      dataMessage { _ = try numberedData(400).folds(300, seed: 1) }
        == "cross-validation takes at most 255 folds, not 300")
  }

  @Test func places() {
    let list = RowSet(ascending: [1, 4, 5, 9])
    #expect((0...10).map { list.place(notBelow: $0) } == [0, 0, 1, 1, 1, 2, 3, 3, 3, 3, 4])
    #expect(list.range == nil)
    #expect(RowSet(ascending: [4, 5, 6]).range == 4..<7)
    #expect((2...6).map { RowSet(3..<5).place(notBelow: $0) } == [0, 0, 1, 2, 2])
  }
}
