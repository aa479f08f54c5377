import Testing
import WinnowTensors

@testable import WinnowTraining

@Suite struct BatchStreamTests {
  static let orders: [BatchOptions.Order] = [
    .stored, .shuffled, .blocks(rows: 7, window: 3), .blocks(rows: 16, window: 100), .automatic,
  ]

  private func options(_ order: BatchOptions.Order) -> BatchOptions {
    BatchOptions(
      columns: ["x", "y"], batchSize: 10, weights: "w", order: order, lastBatch: .padded, seed: 5)
  }

  /// The rows of the events of a batch, after checking that its columns belong together.
  private func rows(_ batch: CopiedBatch) -> [Int] {
    (0..<batch.count).map { event in
      let row = batch.columns[0][3 * event]
      #expect(batch.columns[0][3 * event + 2] == row + 0.5)
      #expect(batch.columns[1][event] == Float(Int(row) % 3))
      #expect(batch.weights[event] == row + 1)
      return Int(row)
    }
  }

  @Test(arguments: orders, [false, true])
  func everyEpochHasEveryRowOnce(_ order: BatchOptions.Order, _ splits: Bool) throws {
    let data = try numberedData(103)
    let set = splits ? try data.split(validation: 0.3, seed: 2).training : RowSet(0..<103)
    let stream = try BatchStream(data, rows: set, options(order))
    #expect(stream.batchesPerEpoch == (set.count + 9) / 10)
    let all = try batches(stream, epochs: 3)
    var orders: [[Int]] = []
    for epoch in 0..<3 {
      let part = all.filter { $0.epoch == epoch }
      #expect(part.map(\.index) == Array(0..<stream.batchesPerEpoch))
      let order = part.flatMap(rows)
      #expect(order.sorted() == (0..<set.count).map { set[$0] })
      orders.append(order)
      // The last batch is filled with its last event, at weight 0.
      let last = try #require(part.last)
      #expect(last.count == (set.count - 1) % 10 + 1)
      for event in last.count..<10 {
        #expect(last.weights[event] == 0)
        #expect(last.columns[0][3 * event] == last.columns[0][3 * (last.count - 1)])
      }
    }
    #expect((orders[0] == orders[1]) == (order == .stored))
    #expect((orders[1] == orders[2]) == (order == .stored))
  }

  @Test(arguments: orders)
  func prefetchingChangesNoBit(_ order: BatchOptions.Order) throws {
    let data = try numberedData(103)
    let set = try data.split(validation: 0.3, seed: 2).training
    var plain = options(order)
    plain.prefetches = false
    let expected = try batches(BatchStream(data, rows: set, plain), epochs: 4)
    #expect(try batches(BatchStream(data, rows: set, options(order)), epochs: 4) == expected)
  }

  @Test(arguments: orders, [false, true])
  func resumedAnywhereEqualsUninterrupted(_ order: BatchOptions.Order, _ prefetches: Bool) throws {
    let data = try numberedData(53)
    let set = try data.split(validation: 0.2, seed: 2).training
    var choice = options(order)
    choice.prefetches = prefetches
    let whole = try batches(BatchStream(data, rows: set, choice), epochs: 3)
    let reused = try BatchStream(data, rows: set, choice)
    for (start, first) in whole.enumerated() {
      let fresh = try BatchStream(data, rows: set, choice)
      for stream in [fresh, reused] {
        try stream.seek(to: BatchPosition(seed: 5, epoch: first.epoch, batch: first.index))
        for expected in whole[start...].prefix(12) {
          var batch = try stream.next()
          if batch == nil { batch = try stream.next() }
          #expect(batch.map { CopiedBatch($0) } == expected)
        }
      }
    }
  }

  @Test func blocksOfACompressedFile() throws {
    try withDataFolder { folder in
      let file = numberedArrays(103)
      let writer = try HDF5Writer(folder + "/a.h5")
      for name in file.names {
        try writer.write(file.array(name), as: name, compression: 1, chunkRows: 8)
      }
      try writer.finish()
      let data = try TrainingData(contentsOf: folder + "/a.h5")
      let set = try data.split(validation: 0.3, seed: 2).training
      for order in BatchStreamTests.orders {
        let stream = try BatchStream(data, rows: set, options(order))
        let memory = try BatchStream(numberedData(103), rows: set, options(order))
        let all = try batches(stream, epochs: 2)
        for epoch in 0..<2 {
          let order = all.filter { $0.epoch == epoch }.flatMap(rows)
          #expect(order.sorted() == (0..<set.count).map { set[$0] })
        }
        // The order depends on the rows alone; `automatic` differs, as it asks where they lie.
        if order != .automatic { #expect(try batches(memory, epochs: 2) == all) }
      }
    }
  }

  @Test func theSeedDecides() throws {
    let data = try numberedData(100)
    var choice = options(.shuffled)
    let first = try batches(BatchStream(data, rows: RowSet(0..<100), choice), epochs: 1)
    #expect(try batches(BatchStream(data, rows: RowSet(0..<100), choice), epochs: 1) == first)
    choice.seed = 6
    #expect(try batches(BatchStream(data, rows: RowSet(0..<100), choice), epochs: 1) != first)
  }

  @Test func incompleteBatchesAreDroppedByDefault() throws {
    let data = try numberedData(25)
    let stream = try BatchStream(
      data, rows: RowSet(0..<25), BatchOptions(columns: ["y"], batchSize: 10))
    let all = try batches(stream, epochs: 2)
    #expect(all.map(\.count) == [10, 10, 10, 10])
    #expect(all.allSatisfy { $0.weights == Array(repeating: 1, count: 10) })
    let evaluation = try BatchStream(
      data, rows: RowSet(5..<25), .evaluation(columns: ["w"], batchSize: 8))
    #expect(
      try batches(evaluation, epochs: 1).flatMap { $0.columns[0].prefix($0.count) }
        == (6...25).map { Float($0) })
  }

  @Test func streamsThatCannotBe() throws {
    let data = try numberedData(20)
    func text(_ options: BatchOptions, _ rows: RowSet = RowSet(0..<20)) -> String? {
      dataMessage { _ = try BatchStream(data, rows: rows, options) }
    }
    #expect(
      text(BatchOptions(columns: ["q"]))
        == "the training data have no column 'q'; they have 'x', 'y', 'w'")
    #expect(text(BatchOptions(columns: [])) == "the batches have no columns; name at least one")
    #expect(
      text(BatchOptions(columns: ["x"], batchSize: 0))
        == "a batch of 0 events cannot be made; give at least 1")
    #expect(
      text(BatchOptions(columns: ["x"], batchSize: 21))
        == "20 rows do not fill a batch of 21; use smaller batches or more data")
    #expect(
      text(BatchOptions(columns: ["x"]), RowSet(0..<0))
        == "the rows to read are none; give the split at least one row")
    #expect(
      text(BatchOptions(columns: ["x"]), RowSet(0..<21))
        == "the rows to read end with row 20 of 20; split these data anew")
    #expect(
      text(BatchOptions(columns: ["x"], batchSize: 2, weights: "x"))
        == "the weight column 'x' has 3 values per event, not one")
    #expect(
      text(BatchOptions(columns: ["x"], batchSize: 2, order: .blocks(rows: 0, window: 1)))
        == "blocks of 0 rows, 1 at a time: both must be above 0")
    #expect(
      text(BatchOptions(columns: ["x"], batchSize: 1 << 60, lastBatch: .padded))?
        .hasPrefix("two batches of 1152921504606846976 events take ") == true)
    let stream = try BatchStream(
      data, rows: RowSet(0..<20), BatchOptions(columns: ["x"], batchSize: 10))
    #expect(
      dataMessage { try stream.seek(to: BatchPosition(seed: 2, epoch: 0, batch: 0)) }
        == "the position has the seed 2 and the stream 1; resume with the seed of the run")
    #expect(
      dataMessage { try stream.seek(to: BatchPosition(seed: 1, epoch: 0, batch: 2)) }
        == "epoch 0 has no batch 2: there are 2; resume with the data and batch size of the run")
  }

  /// A reader that fails from a row on, as a damaged file does.
  private struct FailingRows: ArrayRows {
    let inner: MemoryRows
    let firstBad: Int
    var source: String { inner.source }
    var shape: [Int] { inner.shape }
    var elementType: StoredElementType { inner.elementType }
    var blockRows: Int? { 5 }
    func read<Value: RowValue>(
      rows: Range<Int>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
    ) throws(TensorFileError) {
      guard rows.upperBound <= firstBad else { throw TensorFileError("row \(firstBad) is damaged") }
      try inner.read(rows: rows, elements: elements, into: &buffer)
    }
    func gather<Value: RowValue>(
      rows: Span<UInt32>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
    ) throws(TensorFileError) {
      throw TensorFileError("row \(firstBad) is damaged")
    }
  }

  @Test(arguments: [false, true], [.stored, BatchOptions.Order.blocks(rows: 5, window: 2)])
  func damageIsReportedWhereItIsMet(_ prefetches: Bool, _ order: BatchOptions.Order) throws {
    let rows = FailingRows(
      inner: MemoryRows(try numberedArrays(50).array("x"), source: "x"), firstBad: 33)
    let data = try TrainingData(columns: [TrainingColumn("x", rows)])
    let stream = try BatchStream(
      data, rows: RowSet(0..<50),
      BatchOptions(columns: ["x"], batchSize: 10, order: order, prefetches: prefetches))
    var text: String?
    for _ in 0..<6 where text == nil { text = dataMessage { _ = try stream.next() } }
    #expect(text == "row 33 is damaged")
    let position = stream.position
    #expect(dataMessage { _ = try stream.next() } == "row 33 is damaged")
    #expect(stream.position == position)
    // Sound batches are still there.
    if order == .stored {
      #expect(position.batch == 3)
      try stream.seek(to: BatchPosition(seed: 1, epoch: 0, batch: 2))
      #expect(try stream.next()?.index == 2)
    }
  }
}
