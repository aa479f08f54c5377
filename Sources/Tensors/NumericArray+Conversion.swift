extension NumericArray {
  /// Integers in the narrowest of `int8`, `int16`, `int32` and `int64` that holds them all.
  ///
  /// - Parameter shape: the shape; one axis when omitted.
  /// - Precondition: the product of the extents is the number of values.
  public init(integers values: [Int64], shape: [Int]? = nil) {
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    let storage: Storage
    if low >= Int64(Int8.min), high <= Int64(Int8.max) {
      storage = .int8(values.map { Int8(truncatingIfNeeded: $0) })
    } else if low >= Int64(Int16.min), high <= Int64(Int16.max) {
      storage = .int16(values.map { Int16(truncatingIfNeeded: $0) })
    } else if low >= Int64(Int32.min), high <= Int64(Int32.max) {
      storage = .int32(values.map { Int32(truncatingIfNeeded: $0) })
    } else {
      storage = .int64(values)
    }
    self.init(shape: shape ?? [values.count], storage: storage)
  }

  /// Integers as elements of the requested type; throws where a value is not exact in it.
  ///
  /// - Parameter shape: the shape; one axis when omitted.
  /// - Precondition: the product of the extents is the number of values.
  public init(integers values: [Int64], shape: [Int]? = nil, as type: ElementType)
    throws(TensorFileError)
  {
    let storage: Storage =
      switch type {
      case .int8: .int8(try exactly(values, type) { Int8(exactly: $0) })
      case .int16: .int16(try exactly(values, type) { Int16(exactly: $0) })
      case .int32: .int32(try exactly(values, type) { Int32(exactly: $0) })
      case .int64: .int64(values)
      case .uint8: .uint8(try exactly(values, type) { UInt8(exactly: $0) })
      case .uint16: .uint16(try exactly(values, type) { UInt16(exactly: $0) })
      case .uint32: .uint32(try exactly(values, type) { UInt32(exactly: $0) })
      case .uint64: .uint64(try exactly(values, type) { UInt64(exactly: $0) })
      case .float32: .float32(try exactly(values, type) { Float(exactly: $0) })
      case .float64: .float64(try exactly(values, type) { Double(exactly: $0) })
      case .bool: .bool(try exactly(values, type) { $0 == 0 ? false : $0 == 1 ? true : nil })
      }
    self.init(shape: shape ?? [values.count], storage: storage)
  }

  /// `float64` elements.
  ///
  /// - Precondition: the product of the extents is the number of values.
  public init(doubles values: [Double], shape: [Int]? = nil) {
    self.init(shape: shape ?? [values.count], storage: .float64(values))
  }

  /// `float32` elements.
  ///
  /// - Precondition: the product of the extents is the number of values.
  public init(floats values: [Float], shape: [Int]? = nil) {
    self.init(shape: shape ?? [values.count], storage: .float32(values))
  }

  /// The elements as integers, exact; `false` is 0 and `true` is 1.
  ///
  /// - Returns: `nil` for floating-point elements, and where a `uint64` exceeds `Int64`.
  public func integers() -> [Int64]? {
    switch storage {
    case .int8(let values): return values.map { Int64($0) }
    case .int16(let values): return values.map { Int64($0) }
    case .int32(let values): return values.map { Int64($0) }
    case .int64(let values): return values
    case .uint8(let values): return values.map { Int64($0) }
    case .uint16(let values): return values.map { Int64($0) }
    case .uint32(let values): return values.map { Int64($0) }
    case .uint64(let values):
      guard values.allSatisfy({ $0 <= UInt64(Int64.max) }) else { return nil }
      return values.map { Int64($0) }
    case .float32, .float64: return nil
    case .bool(let values): return values.map { $0 ? 1 : 0 }
    }
  }

  /// The elements as `Double`: exact, except 64-bit integers beyond 2^53, which round to nearest.
  public func doubles() -> [Double] {
    switch storage {
    case .int8(let values): values.map { Double($0) }
    case .int16(let values): values.map { Double($0) }
    case .int32(let values): values.map { Double($0) }
    case .int64(let values): values.map { Double($0) }
    case .uint8(let values): values.map { Double($0) }
    case .uint16(let values): values.map { Double($0) }
    case .uint32(let values): values.map { Double($0) }
    case .uint64(let values): values.map { Double($0) }
    case .float32(let values): values.map { Double($0) }
    case .float64(let values): values
    case .bool(let values): values.map { $0 ? 1 : 0 }
    }
  }
}

/// Converts each value, or names the first that the type cannot hold.
private func exactly<Element>(
  _ values: [Int64], _ type: NumericArray.ElementType, _ convert: (Int64) -> Element?
) throws(TensorFileError) -> [Element] {
  var result: [Element] = []
  result.reserveCapacity(values.count)
  for (index, value) in values.enumerated() {
    guard let element = convert(value) else {
      throw TensorFileError(
        "element \(index) is \(value), which \(type) cannot hold; choose a wider type")
    }
    result.append(element)
  }
  return result
}
