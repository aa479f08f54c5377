extension NumericArray.Storage {
  /// The elements as bytes in this machine's order, valid inside the body.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch self {
    case .int8(let values): unsafe values.withUnsafeBytes(body)
    case .int16(let values): unsafe values.withUnsafeBytes(body)
    case .int32(let values): unsafe values.withUnsafeBytes(body)
    case .int64(let values): unsafe values.withUnsafeBytes(body)
    case .uint8(let values): unsafe values.withUnsafeBytes(body)
    case .uint16(let values): unsafe values.withUnsafeBytes(body)
    case .uint32(let values): unsafe values.withUnsafeBytes(body)
    case .uint64(let values): unsafe values.withUnsafeBytes(body)
    case .float32(let values): unsafe values.withUnsafeBytes(body)
    case .float64(let values): unsafe values.withUnsafeBytes(body)
    case .bool(let values): unsafe values.withUnsafeBytes(body)
    }
  }
}
