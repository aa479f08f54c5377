extension HDF5Dataset: ArrayRows {
  public var elementType: StoredElementType {
    if case .numbers(let type) = elements { return type }
    preconditionFailure("\(source) holds no numbers")
  }

  /// The rows of a chunk; 1 for a dataset in one piece, which is read at any row alike.
  public var blockRows: Int? { chunkShape?.first ?? max(1, min(rowCount, 4096)) }

  public func read<Value: RowValue>(
    rows: Range<Int>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    if elements.isWhole(rowElements) {
      try check(rows: rows, elements: elements, bufferCount: buffer.count)
      try read(rows: rows, into: &buffer)
      return
    }
    try check(rows: rows, elements: elements, bufferCount: buffer.count)
    // Whole rows come from the library a few at a time; the elements asked for are picked from them.
    let step = max(1, 65_536 / max(1, rowElements))
    var whole: [Value] = []
    var next = 0
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
      let part = start..<min(start + step, rows.upperBound)
      whole = try values(rows: part)
      for row in 0..<part.count {
        for run in elements.runs {
          for place in run {
            buffer[next] = whole[row * rowElements + place]
            next += 1
          }
        }
      }
    }
  }

  /// Reads runs of neighbouring rows; every run costs a read of its chunk.
  public func gather<Value: RowValue>(
    rows: Span<UInt32>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    precondition(
      buffer.count == rows.count * elements.count,
      "\(rows.count) rows of \(elements.count) do not fit a buffer of \(buffer.count)")
    var index = 0
    while index < rows.count {
      var stop = index + 1
      while stop < rows.count, rows[stop] == rows[stop - 1] &+ 1 { stop += 1 }
      let first = Int(rows[index])
      var part = buffer._mutatingExtracting(index * elements.count..<stop * elements.count)
      try read(rows: first..<first + stop - index, elements: elements, into: &part)
      index = stop
    }
  }
}
