extension NPY {
  /// Writes a file of one array, whole or not at all.
  public static func write(_ array: NumericArray, to path: String) throws(TensorFileError) {
    try AtomicFile.write(encode(array), to: path)
  }

  /// The bytes of an `.npy` file: format 1.0, little-endian, C order; the same as `numpy.save`'s.
  public static func encode(_ array: NumericArray) -> [UInt8] {
    let header = Array(headerText(array).utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(10 + header.count + array.count * array.elementType.byteCount)
    bytes += magic
    bytes += [1, 0, UInt8(header.count & 0xff), UInt8(header.count >> 8)]
    bytes += header
    switch array.storage {
    case .int8(let values): bytes.append(bytesOf: values)
    case .int16(let values): bytes.append(integers: values)
    case .int32(let values): bytes.append(integers: values)
    case .int64(let values): bytes.append(integers: values)
    case .uint8(let values): bytes += values
    case .uint16(let values): bytes.append(integers: values)
    case .uint32(let values): bytes.append(integers: values)
    case .uint64(let values): bytes.append(integers: values)
    case .float32(let values):
      if isHostBigEndian {
        bytes.append(integers: values.map(\.bitPattern))
      } else {
        bytes.append(bytesOf: values)
      }
    case .float64(let values):
      if isHostBigEndian {
        bytes.append(integers: values.map(\.bitPattern))
      } else {
        bytes.append(bytesOf: values)
      }
    case .bool(let values): bytes += values.map { $0 ? 1 : 0 }
    }
    return bytes
  }

  /// The dictionary, padded so that the elements begin at a multiple of 64 bytes.
  private static func headerText(_ array: NumericArray) -> String {
    precondition(
      array.shape.count <= Header.maximumRank,
      "NumPy reads at most \(Header.maximumRank) axes, not \(array.shape.count)")
    let type = array.elementType
    guard let code = Header.codes.first(where: { $0.type.numeric == type })?.code else {
      preconditionFailure("\(type) has no NumPy code")
    }
    let order = type.byteCount == 1 ? "|" : "<"
    let shape = array.shape.map(String.init)
    let tuple = shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.joined(separator: ", ")))"
    var text = "{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': \(tuple), }"
    // NumPy leaves room for the first extent to grow to 21 digits.
    if let first = shape.first { text += String(repeating: " ", count: 21 - first.utf8.count) }
    let padding = 64 - (magic.count + 4 + text.utf8.count + 1) % 64
    return text + String(repeating: " ", count: padding) + "\n"
  }
}

extension [UInt8] {
  /// Appends integers, least significant byte first.
  fileprivate mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(
    integers values: [Value]
  ) {
    append(bytesOf: isHostBigEndian ? values.map(\.byteSwapped) : values)
  }
}
