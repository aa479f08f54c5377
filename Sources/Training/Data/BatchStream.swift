/// The batches of every epoch, one after another, ready in memory.
///
///     let stream = try BatchStream(data, rows: split.training, BatchOptions(columns: ["x", "y"]))
///     while let batch = try stream.next() { … }      // one epoch; the next call begins another
///
/// Two sets of buffers take turns: while one is used, a thread fills the other. The bits depend on
/// the data, the rows and the options only, so that a stream set to a position goes on exactly as
/// one that came there by itself.
public final class BatchStream {
  public let options: BatchOptions
  public let batchesPerEpoch: Int
  /// The number of rows that an epoch goes through.
  public let rowCount: Int
  /// The batch that the next call of ``next()`` gives.
  public private(set) var position: BatchPosition
  /// Bytes of the batches' buffers.
  public let bufferBytes: Int

  /// Elements of an event in each column.
  public var columnWidths: [Int] { reader.columns.map(\.count) }

  private let reader: BatchReader
  private let storage = Storage()
  private let slots: [BatchSlot]
  private var prefetcher: Prefetcher?
  /// Whether the end of the epoch before `position` has been told.
  private var hasToldEnd = true

  /// - Throws: ``TrainingError`` for columns that are not there, no rows, fewer rows than a batch
  ///   where the last is dropped, and too little memory.
  public init(_ data: TrainingData, rows: RowSet, _ options: BatchOptions) throws(TrainingError) {
    reader = try BatchReader(data, rows: rows, options: options)
    self.options = options
    batchesPerEpoch = reader.batchesPerEpoch
    rowCount = rows.count
    position = BatchPosition(seed: options.seed, epoch: 0, batch: 0)
    let perEvent = reader.columns.reduce(1) { $0 + $1.count } * MemoryLayout<Float>.stride
    let (bytes, overflow) = (2 * perEvent).multipliedReportingOverflow(by: options.batchSize)
    bufferBytes = overflow ? .max : bytes
    try AvailableMemory.require(bufferBytes, for: "two batches of \(options.batchSize) events")
    slots = (0..<2).map { [storage, reader] _ in
      BatchSlot(
        columns: reader.columns.map {
          storage.allocate(options.batchSize * $0.count, of: Float.self)
        }, weights: storage.allocate(options.batchSize, of: Float.self))
    }
  }

  deinit { prefetcher?.stop() }

  /// The next batch; `nil` once at the end of each epoch.
  ///
  /// Waits for the thread that fills it. The batch is valid until the next call.
  ///
  /// - Throws: ``TrainingError`` where the data cannot be read; the position stays.
  public func next() throws(TrainingError) -> Batch? {
    if position.batch == 0, !hasToldEnd {
      hasToldEnd = true
      return nil
    }
    let slot: BatchSlot
    if options.prefetches {
      let prefetcher = prefetcher ?? Prefetcher(reader, slots, from: position)
      self.prefetcher = prefetcher
      slot = prefetcher.next()
    } else {
      slot = slots[0]
      slot.fill(from: reader, position)
    }
    if let failure = slot.failure {
      stopPrefetching()
      throw failure
    }
    let batch = Batch(
      epoch: position.epoch, index: position.batch, count: slot.count, columns: slot.columns,
      weights: slot.weights)
    position.advance(batchesPerEpoch)
    hasToldEnd = false
    return batch
  }

  /// Goes to a position, as a resumed training does.
  ///
  /// - Throws: ``TrainingError`` for a position of another seed or outside the epoch.
  public func seek(to position: BatchPosition) throws(TrainingError) {
    guard position.seed == options.seed else {
      throw TrainingError(
        "the position has the seed \(position.seed) and the stream \(options.seed); "
          + "resume with the seed of the run")
    }
    guard position.epoch >= 0, (0..<batchesPerEpoch).contains(position.batch) else {
      throw TrainingError(
        "epoch \(position.epoch) has no batch \(position.batch): there are \(batchesPerEpoch); "
          + "resume with the data and batch size of the run")
    }
    stopPrefetching()
    self.position = position
    hasToldEnd = true
  }

  private func stopPrefetching() {
    prefetcher?.stop()
    prefetcher = nil
  }
}

extension BatchPosition {
  /// Goes to the next batch, over the end of the epoch.
  mutating func advance(_ batchesPerEpoch: Int) {
    batch += 1
    if batch == batchesPerEpoch {
      batch = 0
      epoch += 1
    }
  }
}

/// One set of buffers and what is in it.
final class BatchSlot {
  let columns: [Buffer<Float>]
  let weights: Buffer<Float>
  private(set) var count = 0
  private(set) var failure: TrainingError?

  init(columns: [Buffer<Float>], weights: Buffer<Float>) {
    self.columns = columns
    self.weights = weights
  }

  func fill(from reader: BatchReader, _ position: BatchPosition) {
    do throws(TrainingError) {
      count = try reader.fill(
        batch: position.batch, of: position.epoch, into: columns, weights: weights)
      failure = nil
    } catch { failure = error }
  }
}
