/// Gives columns their places: a column whose last reader is done leaves its place to a new one, so
/// that the live columns of a block stay in the first caches.
struct WorkspaceLayout {
  private let blockSize: Int
  private var free: [[Int]] = Array(repeating: [], count: Lane.allCases.count)
  private(set) var byteCount = 0

  init(blockSize: Int) { self.blockSize = blockSize }

  private mutating func take(_ lane: Lane) -> Int {
    if let offset = free[lane.rawValue].popLast() { return offset }
    defer { byteCount += lane.bytes * blockSize }
    return byteCount
  }

  /// Sets every column's offset. Columns that no step makes are placed first.
  ///
  /// - Throws: ``EngineError`` when a block needs 4 GiB or more.
  mutating func place(_ columns: inout [Column], for steps: [Draft]) throws(EngineError) {
    var made = Array(repeating: false, count: columns.count)
    for step in steps { made[step.destination] = true }
    func checked(_ offset: Int) throws(EngineError) -> UInt32 {
      guard byteCount <= Int(UInt32.max), let offset = UInt32(exactly: offset) else {
        throw EngineError(
          "the program keeps more than 4 GiB of live values per block of \(blockSize) events; use a smaller block size"
        )
      }
      return offset
    }
    for column in columns.indices where !made[column] {
      columns[column].offset = try checked(take(columns[column].lane))
    }
    for (place, step) in steps.enumerated() {
      // The destination is taken before operands are freed: a kernel never writes what it reads.
      let destination = step.destination
      columns[destination].offset = try checked(take(columns[destination].lane))
      if columns[destination].lastUse < 0 { columns[destination].lastUse = place }
      for column in Set(step.columns + [destination]) where columns[column].lastUse == place {
        free[columns[column].lane.rawValue].append(Int(columns[column].offset))
      }
    }
  }
}
