/// Elements as they lie in a file or in memory, in C order, to be converted row by row.
///
/// The bytes outlive the value: it is made inside the scope that holds them.
@unsafe
struct StoredRows {
  var base: UnsafeRawPointer
  var type: StoredElementType
  /// Whether the elements have the other byte order than this machine.
  var isSwapped: Bool
  var rowElements: Int

  /// Converts consecutive rows.
  @specialized(where Value == Float)
  @specialized(where Value == Double)
  func convert<Value: RowValue>(
    rows: Range<Int>, elements: ElementRuns, into target: UnsafeMutablePointer<Value>
  ) {
    let rowBytes = unsafe rowElements * type.byteCount
    var target = unsafe target
    if unsafe elements.isWhole(rowElements) {
      unsafe convert(base + rows.lowerBound * rowBytes, rows.count * rowElements, target)
      return
    }
    for row in rows {
      unsafe convertRow(base + row * rowBytes, elements, &target)
    }
  }

  /// Converts rows in any order; the caller has checked them.
  @specialized(where Value == Float)
  @specialized(where Value == Double)
  func convert<Value: RowValue>(
    rows: Span<UInt32>, elements: ElementRuns, into target: UnsafeMutablePointer<Value>
  ) {
    let rowBytes = unsafe rowElements * type.byteCount
    var target = unsafe target
    for index in rows.indices {
      unsafe convertRow(base + Int(rows[index]) * rowBytes, elements, &target)
    }
  }

  private func convertRow<Value: RowValue>(
    _ row: UnsafeRawPointer, _ elements: ElementRuns, _ target: inout UnsafeMutablePointer<Value>
  ) {
    for run in elements.runs {
      unsafe convert(row + run.lowerBound * type.byteCount, run.count, target)
      unsafe target += run.count
    }
  }

  /// Converts neighbours.
  @specialized(where Value == Float)
  @specialized(where Value == Double)
  private func convert<Value: RowValue>(
    _ source: UnsafeRawPointer, _ count: Int, _ target: UnsafeMutablePointer<Value>
  ) {
    let isSame =
      unsafe Value.self == Float.self && type == .float32
      || Value.self == Double.self && type == .float64
    if unsafe isSame && !isSwapped {
      // Equal types and byte order: the bytes as they are.
      unsafe UnsafeMutableRawPointer(target).copyMemory(
        from: source, byteCount: count * MemoryLayout<Value>.stride)
      return
    }
    switch unsafe type {
    case .int8: unsafe each(source, count, target) { (x: Int8) in Value(Int64(x)) }
    case .int16:
      unsafe integers(source, count, target) { (x: Int16) in Value(Int64(x)) }
    case .int32:
      unsafe integers(source, count, target) { (x: Int32) in Value(Int64(x)) }
    case .int64: unsafe integers(source, count, target) { (x: Int64) in Value(x) }
    case .uint8: unsafe each(source, count, target) { (x: UInt8) in Value(Int64(x)) }
    case .uint16:
      unsafe integers(source, count, target) { (x: UInt16) in Value(Int64(x)) }
    case .uint32:
      unsafe integers(source, count, target) { (x: UInt32) in Value(Int64(x)) }
    case .uint64: unsafe integers(source, count, target) { (x: UInt64) in Value(x) }
    case .float16:
      unsafe integers(source, count, target) { (x: UInt16) in Value(Float16(bitPattern: x)) }
    case .float32:
      unsafe integers(source, count, target) { (x: UInt32) in Value(Float(bitPattern: x)) }
    case .float64:
      unsafe integers(source, count, target) { (x: UInt64) in Value(Double(bitPattern: x)) }
    case .bool: unsafe each(source, count, target) { (x: UInt8) in Value(Int64(x == 0 ? 0 : 1)) }
    }
  }

  /// Loads each element, of any alignment, and converts it.
  @inline(__always)
  private func each<Stored: BitwiseCopyable, Value: RowValue>(
    _ source: UnsafeRawPointer, _ count: Int, _ target: UnsafeMutablePointer<Value>,
    _ value: (Stored) -> Value
  ) {
    for index in 0..<count {
      let stored = unsafe source.loadUnaligned(
        fromByteOffset: index &* MemoryLayout<Stored>.stride, as: Stored.self)
      unsafe target[index] = value(stored)
    }
  }

  /// The same for elements that may have the other byte order.
  @inline(__always)
  private func integers<Stored: FixedWidthInteger & BitwiseCopyable, Value: RowValue>(
    _ source: UnsafeRawPointer, _ count: Int, _ target: UnsafeMutablePointer<Value>,
    _ value: (Stored) -> Value
  ) {
    if unsafe isSwapped {
      unsafe each(source, count, target) { (x: Stored) in value(x.byteSwapped) }
    } else {
      unsafe each(source, count, target, value)
    }
  }
}

extension ArrayRows {
  /// Reads consecutive rows of bytes in memory.
  func convert<Value: RowValue>(
    _ stored: StoredRows, rows: Range<Int>, elements: ElementRuns,
    into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    try check(rows: rows, elements: elements, bufferCount: buffer.count)
    if buffer.isEmpty { return }
    unsafe buffer.withUnsafeMutableBufferPointer {
      // `check` has shown that the rows exist and that the buffer holds exactly their elements.
      unsafe stored.convert(rows: rows, elements: elements, into: $0.baseAddress!)
    }
  }

  /// Reads rows of bytes in memory, in any order.
  func convert<Value: RowValue>(
    _ stored: StoredRows, rows: Span<UInt32>, elements: ElementRuns,
    into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    var largest: UInt32 = 0
    for index in rows.indices { largest = max(largest, rows[index]) }
    if !rows.isEmpty, Int(largest) >= rowCount {
      throw TensorFileError("\(source) has \(rowCount) rows; row \(largest) was asked for")
    }
    try check(rows: 0..<0, elements: elements, bufferCount: 0)
    precondition(
      buffer.count == rows.count * elements.count,
      "\(rows.count) rows of \(elements.count) do not fit a buffer of \(buffer.count)")
    if buffer.isEmpty { return }
    unsafe buffer.withUnsafeMutableBufferPointer {
      // Every row is below `rowCount`, and the buffer holds exactly their elements.
      unsafe stored.convert(rows: rows, elements: elements, into: $0.baseAddress!)
    }
  }
}
