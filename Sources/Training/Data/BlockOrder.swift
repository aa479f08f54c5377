import WinnowTensors

/// Blocks of the file in random order, some of them in memory at a time (a window), and the events
/// of a window in random order.
///
/// Two windows are held: the one that is read from, and the next, which is filled block by block at
/// the pace at which the first is used, so that no batch waits for a whole window.
final class BlockOrder: EpochOrder {
  /// The places in the row set that lie in one block of the file; none is empty.
  private let blocks: [Range<Int>]
  private let plan: WindowPlan
  private let columns: [TrainingColumn]
  private let rows: RowSet
  private let windows: [BlockWindow]
  /// The blocks in the order of an epoch, for this epoch and the next.
  private var orders: [EpochBlocks]

  init(
    _ columns: [TrainingColumn], _ rows: RowSet, seed: UInt64, blockRows: Int, window: Int
  ) {
    self.columns = columns
    self.rows = rows
    var blocks: [Range<Int>] = []
    var place = 0
    while place < rows.count {
      let next = (rows[place] / blockRows + 1) * blockRows
      let stop = rows.place(notBelow: next)
      blocks.append(place..<stop)
      place = stop
    }
    self.blocks = blocks
    plan = WindowPlan(
      blocks: blocks, blocksPerWindow: min(window, blocks.count),
      stream: RandomStream(seed: seed, label: "epochs"))
    let capacity = blocks.map(\.count).sorted(by: >).prefix(window).reduce(0, +)
    windows = (0..<2).map { _ in BlockWindow(capacity: capacity, columns.map(\.count)) }
    orders = (0..<2).map { _ in EpochBlocks() }
  }

  func read(column: Int, _ places: Range<Int>, of epoch: Int, into buffer: Buffer<Float>)
    throws(TrainingError)
  {
    let epochBlocks = order(of: epoch)
    var place = places.lowerBound
    while place < places.upperBound {
      let number = epochBlocks.window(of: place)
      let window = try loaded(number, of: epoch, blocks: .max)
      let start = epochBlocks.starts[number]
      let stop = min(places.upperBound, start + window.count)
      let target = buffer.part(
        (place - places.lowerBound) * columns[column].count..<(stop - places.lowerBound)
          * columns[column].count)
      window.copy(column: column, place - start..<stop - start, into: target)
      place = stop
    }
  }

  func prepare(after place: Int, of epoch: Int) {
    let epochBlocks = order(of: epoch)
    guard place > 0 else { return }
    let number = epochBlocks.window(of: place - 1)
    let start = epochBlocks.starts[number]
    let end = number + 1 < epochBlocks.starts.count ? epochBlocks.starts[number + 1] : rows.count
    let isLast = number + 1 == epochBlocks.starts.count
    let wanted = (plan.blocksPerWindow * (place - start) + end - start - 1) / (end - start)
    // A failure here is met again, and reported, when the window is needed.
    _ = try? loaded(isLast ? 0 : number + 1, of: isLast ? epoch + 1 : epoch, blocks: wanted)
  }

  private func order(of epoch: Int) -> EpochBlocks {
    let slot = orders[epoch & 1]
    if slot.epoch != epoch { plan.lay(out: epoch, into: slot) }
    return slot
  }

  /// The window with at least the first `wanted` of its blocks read.
  private func loaded(_ number: Int, of epoch: Int, blocks wanted: Int) throws(TrainingError)
    -> BlockWindow
  {
    let epochBlocks = order(of: epoch)
    let blockNumbers = epochBlocks.blocks(ofWindow: number, plan.blocksPerWindow)
    let window: BlockWindow
    if let held = windows.first(where: { $0.epoch == epoch && $0.number == number }) {
      window = held
    } else {
      // The window that was used longest ago makes room.
      window = windows[0].lastUse <= windows[1].lastUse ? windows[0] : windows[1]
      window.begin(
        epoch, number, count: blockNumbers.reduce(0) { $0 + blocks[Int(epochBlocks.order[$1])].count },
        stream: plan.windowStream(epoch, number))
    }
    window.lastUse = max(windows[0].lastUse, windows[1].lastUse) + 1
    while window.loadedBlocks < min(wanted, blockNumbers.count) {
      let block = Int(epochBlocks.order[blockNumbers.lowerBound + window.loadedBlocks])
      try window.append(rows, blocks[block], columns)
    }
    return window
  }
}

/// The blocks of one epoch, in order, and where each window begins among the epoch's events.
final class EpochBlocks {
  var epoch: Int?
  var order: [UInt32] = []
  var starts: [Int] = []

  /// The window that holds a place of the epoch's order.
  func window(of place: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  func blocks(ofWindow number: Int, _ blocksPerWindow: Int) -> Range<Int> {
    number * blocksPerWindow..<min((number + 1) * blocksPerWindow, order.count)
  }
}

/// The part of the order that follows from the seed alone.
struct WindowPlan {
  let blocks: [Range<Int>]
  let blocksPerWindow: Int
  let stream: RandomStream

  func lay(out epoch: Int, into target: EpochBlocks) {
    target.epoch = epoch
    target.order.removeAll(keepingCapacity: true)
    target.order.append(contentsOf: 0..<UInt32(blocks.count))
    var stream = stream.child(UInt64(epoch))
    stream.shuffle(&target.order)
    target.starts.removeAll(keepingCapacity: true)
    var start = 0
    for (index, block) in target.order.enumerated() {
      if index % blocksPerWindow == 0 { target.starts.append(start) }
      start += blocks[Int(block)].count
    }
  }

  func windowStream(_ epoch: Int, _ number: Int) -> RandomStream {
    stream.child(UInt64(epoch)).child(UInt64(number))
  }
}
