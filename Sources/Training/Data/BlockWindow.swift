import WinnowTensors

/// The events of some blocks in memory, and their random order.
final class BlockWindow {
  private(set) var epoch: Int?
  private(set) var number = 0
  private(set) var count = 0
  private(set) var loadedBlocks = 0
  /// Counts up with each use.
  var lastUse = 0
  private var loadedRows = 0
  private var order: [UInt32] = []
  private var indices: [UInt32] = []
  private let storage = Storage()
  private let buffers: [Buffer<Float>]
  private let widths: [Int]

  /// - Parameters:
  ///   - capacity: the most events that a window has.
  ///   - widths: the values per event of each column.
  init(capacity: Int, _ widths: [Int]) {
    self.widths = widths
    buffers = widths.map { [storage] in storage.allocate(capacity * $0, of: Float.self) }
    order.reserveCapacity(capacity)
  }

  /// Becomes another window, of `count` events, none of them read yet.
  func begin(_ epoch: Int, _ number: Int, count: Int, stream: RandomStream) {
    self.epoch = epoch
    self.number = number
    self.count = count
    loadedBlocks = 0
    loadedRows = 0
    order.removeAll(keepingCapacity: true)
    order.append(contentsOf: 0..<UInt32(count))
    var stream = stream
    stream.shuffle(&order)
  }

  /// Reads the next block: the rows at some places of the row set.
  func append(_ rows: RowSet, _ places: Range<Int>, _ columns: [TrainingColumn])
    throws(TrainingError)
  {
    let first = rows[places.lowerBound]
    let isWhole = rows[places.upperBound - 1] - first == places.count - 1
    if !isWhole {
      indices.removeAll(keepingCapacity: true)
      for place in places { indices.append(UInt32(rows[place] - first)) }
    }
    for (index, column) in columns.enumerated() {
      let width = widths[index]
      let target = buffers[index].part(loadedRows * width..<(loadedRows + places.count) * width)
      if isWhole {
        try column.read(first..<first + places.count, into: target)
      } else {
        // One read of the whole block, of which the rows of the set are kept.
        let all = rows[places.upperBound - 1] - first + 1
        var whole: [Float] = []
        try column.read(first..<first + all, into: &whole)
        for (row, source) in indices.enumerated() {
          for element in 0..<width { target[row * width + element] = whole[Int(source) * width + element] }
        }
      }
    }
    loadedRows += places.count
    loadedBlocks += 1
  }

  /// Copies the events at `places` of the window's order.
  func copy(column: Int, _ places: Range<Int>, into target: Buffer<Float>) {
    let width = widths[column]
    for (row, place) in places.enumerated() {
      let source = Int(order[place])
      target.part(row * width..<(row + 1) * width)
        .copy(from: buffers[column].part(source * width..<(source + 1) * width))
    }
  }
}
