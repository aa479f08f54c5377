/// How events become batches.
public struct BatchOptions: Sendable, Hashable {
  /// The order of the events of an epoch.
  public enum Order: Sendable, Hashable {
    /// As in the data: for validation.
    case stored
    /// A new random order each epoch, every one equally likely. Reads rows anywhere: for data in
    /// memory and mapped files.
    case shuffled
    /// For files that are read in blocks (HDF5) and do not fit into memory: blocks of `rows` rows in
    /// random order, `window` of them in memory at a time, and the events of a window in random order.
    case blocks(rows: Int, window: Int)
    /// `shuffled` where every column is as fast at any row, else `blocks` of the file's chunks with a
    /// window of about 65,536 events.
    case automatic
  }

  /// The last events of an epoch, too few for a batch.
  public enum LastBatch: Sendable, Hashable {
    /// Left out; the next epoch has another order.
    case dropped
    /// Filled up with copies of its last event, with weight 0.
    case padded
  }

  /// The columns of a batch, in this order.
  public var columns: [String]
  public var batchSize: Int
  /// A column of one weight per event; all events weigh 1 without it.
  public var weights: String?
  public var order: Order
  public var lastBatch: LastBatch
  /// The order of every epoch follows from it.
  public var seed: UInt64
  /// Whether a thread of its own fills the next batch while this one is used. The bits are the same.
  public var prefetches: Bool

  public init(
    columns: [String], batchSize: Int = 1024, weights: String? = nil, order: Order = .automatic,
    lastBatch: LastBatch = .dropped, seed: UInt64 = 1, prefetches: Bool = true
  ) {
    self.columns = columns
    self.batchSize = batchSize
    self.weights = weights
    self.order = order
    self.lastBatch = lastBatch
    self.seed = seed
    self.prefetches = prefetches
  }

  /// For evaluation: every event once, in the data's order, the last batch padded.
  public static func evaluation(
    columns: [String], batchSize: Int = 1024, weights: String? = nil
  ) -> BatchOptions {
    BatchOptions(
      columns: columns, batchSize: batchSize, weights: weights, order: .stored, lastBatch: .padded)
  }
}

/// A place in a stream of batches; with the seed, all that resuming takes.
public struct BatchPosition: Sendable, Hashable, Codable {
  public var seed: UInt64
  public var epoch: Int
  /// The batch in the epoch.
  public var batch: Int

  public init(seed: UInt64, epoch: Int, batch: Int) {
    self.seed = seed
    self.epoch = epoch
    self.batch = batch
  }
}

/// Events ready for one step.
///
/// The buffers belong to the stream and are written again after its next ``BatchStream/next()``.
public struct Batch: Sendable {
  public let epoch: Int
  public let index: Int
  /// Events that count; the rest of the batch is padding of weight 0.
  public let count: Int
  /// One buffer per column, `[batchSize, column.count]`, row-major.
  public let columns: [Buffer<Float>]
  /// `[batchSize]`.
  public let weights: Buffer<Float>
}
