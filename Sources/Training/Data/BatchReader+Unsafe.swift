import WinnowTensors

/// Writes any batch of any epoch into buffers: the numbers depend on the data, the options, the
/// epoch and the batch, not on what was asked before.
///
/// Used by one thread at a time. After the first epoch's first batch nothing is allocated, except
/// by the readers of HDF5.
final class BatchReader {
  let columns: [TrainingColumn]
  let weights: TrainingColumn?
  let rows: RowSet
  let options: BatchOptions
  let batchesPerEpoch: Int
  private let order: any EpochOrder

  init(_ data: TrainingData, rows: RowSet, options: BatchOptions) throws(TrainingError) {
    guard options.batchSize > 0 else {
      throw TrainingError("a batch of \(options.batchSize) events cannot be made; give at least 1")
    }
    guard !rows.isEmpty else {
      throw TrainingError("the rows to read are none; give the split at least one row")
    }
    guard rows[rows.count - 1] < data.count else {
      throw TrainingError(
        "the rows to read end with row \(rows[rows.count - 1]) of \(data.count); split these data anew")
    }
    guard !options.columns.isEmpty else {
      throw TrainingError("the batches have no columns; name at least one")
    }
    var columns: [TrainingColumn] = []
    for name in options.columns { columns.append(try data.column(name)) }
    self.columns = columns
    weights = try options.weights.map { name throws(TrainingError) in try data.column(name) }
    if let weights, weights.count != 1 {
      throw TrainingError(
        "the weight column '\(weights.name)' has \(weights.count) values per event, not one")
    }
    self.rows = rows
    self.options = options
    let full = rows.count / options.batchSize
    let hasRest = rows.count % options.batchSize > 0
    batchesPerEpoch = full + (hasRest && options.lastBatch == .padded ? 1 : 0)
    guard batchesPerEpoch > 0 else {
      throw TrainingError(
        "\(rows.count) rows do not fill a batch of \(options.batchSize); use smaller batches or more data")
    }
    let all = columns + (weights.map { [$0] } ?? [])
    switch BatchReader.resolved(options.order, all) {
    case .stored, .automatic: order = StoredOrder(all, rows)
    case .shuffled: order = ShuffledOrder(all, rows, seed: options.seed)
    case .blocks(let blockRows, let window):
      guard blockRows > 0, window > 0 else {
        throw TrainingError("blocks of \(blockRows) rows, \(window) at a time: both must be above 0")
      }
      let events = min(2 * rows.count, (2 * window).multipliedReportingOverflow(by: blockRows).partialValue)
      try AvailableMemory.require(
        max(events, 0) * all.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride,
        for: "two windows of \(window) blocks of \(blockRows) rows",
        remedy: "use a smaller window")
      order = BlockOrder(all, rows, seed: options.seed, blockRows: blockRows, window: window)
    }
  }

  private static func resolved(_ order: BatchOptions.Order, _ columns: [TrainingColumn])
    -> BatchOptions.Order
  {
    guard order == .automatic else { return order }
    guard let block = columns.compactMap(\.rows.blockRows).max() else { return .shuffled }
    return .blocks(rows: block, window: max(4, 65_536 / block))
  }

  /// Fills the buffers: one per column, `[batchSize, column.count]`, and `[batchSize]` weights.
  ///
  /// - Returns: the number of events that are no padding.
  func fill(
    batch: Int, of epoch: Int, into buffers: [Buffer<Float>], weights target: Buffer<Float>
  ) throws(TrainingError) -> Int {
    precondition(batch >= 0 && batch < batchesPerEpoch, "the epoch has \(batchesPerEpoch) batches")
    precondition(buffers.count == columns.count, "one buffer per column")
    let size = options.batchSize
    let places = batch * size..<min((batch + 1) * size, rows.count)
    for (index, column) in columns.enumerated() {
      let part = buffers[index].part(0..<places.count * column.count)
      try order.read(column: index, places, of: epoch, into: part)
    }
    if weights == nil {
      target.part(0..<places.count).fill(1)
    } else {
      try order.read(column: columns.count, places, of: epoch, into: target.part(0..<places.count))
    }
    order.prepare(after: places.upperBound, of: epoch)
    // Copies of a true event keep every operator in its range; weight 0 takes them out of the loss.
    if places.count < size {
      for (index, column) in columns.enumerated() {
        let last = buffers[index].part((places.count - 1) * column.count..<places.count * column.count)
        for place in places.count..<size {
          buffers[index].part(place * column.count..<(place + 1) * column.count).copy(from: last)
        }
      }
      target.part(places.count..<size).fill(0)
    }
    return places.count
  }
}

/// The order in which the rows of an epoch are read.
protocol EpochOrder: AnyObject {
  /// Reads the events at `places` of the epoch's order, for one column.
  func read(column: Int, _ places: Range<Int>, of epoch: Int, into buffer: Buffer<Float>)
    throws(TrainingError)

  /// Work that later places will need and that may be done now.
  func prepare(after place: Int, of epoch: Int)
}

extension EpochOrder {
  func prepare(after place: Int, of epoch: Int) {}
}

extension TrainingColumn {
  /// Reads consecutive rows into a buffer of exactly their size.
  func read(_ rows: Range<Int>, into buffer: Buffer<Float>) throws(TrainingError) {
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(start: buffer.base, count: buffer.count))
    do throws(TensorFileError) {
      // The buffer outlives the call.
      try self.rows.read(rows: rows, elements: elements, into: &span)
    } catch { throw TrainingError(error.message) }
  }

  /// Reads rows in any order into a buffer of exactly their size.
  func gather(_ rows: Span<UInt32>, into buffer: Buffer<Float>) throws(TrainingError) {
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(start: buffer.base, count: buffer.count))
    do throws(TensorFileError) {
      // The buffer outlives the call.
      try self.rows.gather(rows: rows, elements: elements, into: &span)
    } catch { throw TrainingError(error.message) }
  }
}
