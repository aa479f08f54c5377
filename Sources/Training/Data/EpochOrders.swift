import WinnowTensors

/// The rows as they stand in the data.
final class StoredOrder: EpochOrder {
  private let columns: [TrainingColumn]
  private let rows: RowSet
  private var indices: [UInt32] = []

  init(_ columns: [TrainingColumn], _ rows: RowSet) {
    self.columns = columns
    self.rows = rows
  }

  func read(column: Int, _ places: Range<Int>, of epoch: Int, into buffer: Buffer<Float>)
    throws(TrainingError)
  {
    if let range = rows.range {
      let start = range.lowerBound + places.lowerBound
      try columns[column].read(start..<start + places.count, into: buffer)
      return
    }
    indices.removeAll(keepingCapacity: true)
    for place in places { indices.append(UInt32(rows[place])) }
    let indices = indices
    try columns[column].gather(indices.span, into: buffer)
  }
}

/// A permutation of all rows, new for each epoch.
final class ShuffledOrder: EpochOrder {
  private let columns: [TrainingColumn]
  private let rows: RowSet
  private let seed: UInt64
  /// The rows in the order of `epoch`.
  private var order: [UInt32] = []
  private var epoch: Int?

  init(_ columns: [TrainingColumn], _ rows: RowSet, seed: UInt64) {
    self.columns = columns
    self.rows = rows
    self.seed = seed
  }

  func read(column: Int, _ places: Range<Int>, of epoch: Int, into buffer: Buffer<Float>)
    throws(TrainingError)
  {
    if self.epoch != epoch { shuffle(epoch) }
    let order = order
    try columns[column].gather(order.span.extracting(places), into: buffer)
  }

  /// Starts from ascending rows each time, so that an epoch's order does not depend on the last.
  private func shuffle(_ epoch: Int) {
    order.removeAll(keepingCapacity: true)
    order.reserveCapacity(rows.count)
    for place in 0..<rows.count { order.append(UInt32(rows[place])) }
    var stream = RandomStream(seed: seed, label: "epochs").child(UInt64(epoch))
    stream.shuffle(&order)
    self.epoch = epoch
  }
}
