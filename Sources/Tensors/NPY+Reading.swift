extension NPY {
  /// Reads a file of one array.
  public static func read(_ path: String) throws(TensorFileError) -> NumericArray {
    try decode(try InputFile.read(path), source: "'\(path)'")
  }

  /// Reads the array that the bytes of an `.npy` file hold.
  ///
  /// Either byte order is read, and Fortran order is transposed to C order. Structured elements,
  /// Python objects, text, complex and half-precision numbers are refused.
  ///
  /// - Parameter source: what the bytes are, for the error's message.
  public static func decode(_ bytes: [UInt8], source: String = "the NPY data")
    throws(TensorFileError) -> NumericArray
  {
    try decode(bytes[...], source: source)
  }

  static func decode(_ bytes: ArraySlice<UInt8>, source: String) throws(TensorFileError)
    -> NumericArray
  {
    do throws(Defect) {
      let (header, body) = try split(bytes)
      return try array(header, body)
    } catch {
      throw error.described(source)
    }
  }

  /// The parsed header and the bytes of the elements.
  static func split<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes) throws(Defect)
    -> (Header, Bytes.SubSequence) where Bytes.Index == Int
  {
    guard bytes.starts(with: magic) else { throw .malformed("it does not begin with '\\x93NUMPY'") }
    let rest = bytes.dropFirst(magic.count)
    guard rest.count >= 4 else { throw .malformed("it ends inside the header") }
    let start = rest.startIndex
    let version = (rest[start], rest[start + 1])
    let width: Int
    switch version {
    case (1, 0): width = 2
    case (2, 0), (3, 0): width = 4
    default:
      throw .unsupported(
        "NPY format \(version.0).\(version.1), and only 1.0, 2.0 and 3.0 are known; save it again")
    }
    let lengthField = rest.dropFirst(2).prefix(width)
    let length = lengthField.reversed().reduce(0) { $0 << 8 | Int($1) }
    let content = rest.dropFirst(2 + width)
    guard lengthField.count == width, length <= content.count else {
      throw .malformed("its header of \(length) bytes is longer than what is there")
    }
    return (try Header(parsing: Array(content.prefix(length))[...]), content.dropFirst(length))
  }

  private static func array(_ header: Header, _ body: ArraySlice<UInt8>) throws(Defect)
    -> NumericArray
  {
    try header.check(bodyCount: body.count)
    let shape = header.shape
    let swaps = header.isBigEndian != isHostBigEndian
    let transposes = header.isFortranOrder && shape.count > 1

    func load<Element: BitwiseCopyable>(_ swapped: (Element) -> Element) -> [Element] {
      var values = elements(body, as: Element.self)
      if swaps { values = values.map(swapped) }
      return transposes ? transposed(values, shape: shape) : values
    }

    let storage: NumericArray.Storage =
      switch header.elementType {
      case .float16:
        throw .unsupported(
          "elements of type '\(header.isBigEndian ? ">" : "<")f2'; "
            + "save astype('float32') or astype('float64')")
      case .int8: .int8(load { $0 })
      case .int16: .int16(load(\.byteSwapped))
      case .int32: .int32(load(\.byteSwapped))
      case .int64: .int64(load(\.byteSwapped))
      case .uint8: .uint8(load { $0 })
      case .uint16: .uint16(load(\.byteSwapped))
      case .uint32: .uint32(load(\.byteSwapped))
      case .uint64: .uint64(load(\.byteSwapped))
      case .float32: .float32(load { Float(bitPattern: $0.bitPattern.byteSwapped) })
      case .float64: .float64(load { Double(bitPattern: $0.bitPattern.byteSwapped) })
      case .bool: .bool(load { (byte: UInt8) in byte }.map { $0 != 0 })
      }
    return NumericArray(shape: shape, storage: storage)
  }

  /// Elements in Fortran order (first index fastest) put into C order (last index fastest).
  private static func transposed<Element>(_ values: [Element], shape: [Int]) -> [Element] {
    if values.isEmpty { return values }
    var strides: [Int] = []
    var stride = 1
    for extent in shape {
      strides.append(stride)
      stride *= extent
    }
    let last = shape.count - 1
    var result: [Element] = []
    result.reserveCapacity(values.count)
    var index = Array(repeating: 0, count: shape.count)
    var start = 0
    while result.count < values.count {
      var source = start
      for _ in 0..<shape[last] {
        result.append(values[source])
        source += strides[last]
      }
      // Advance the other indices like an odometer.
      var axis = last - 1
      while axis >= 0 {
        index[axis] += 1
        start += strides[axis]
        if index[axis] < shape[axis] { break }
        start -= shape[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}

extension NPY.Header {
  /// Checks that the bytes after the header are as many as the shape takes.
  func check(bodyCount: Int) throws(NPY.Defect) {
    guard let count = NumericArray.elementCount(of: shape),
      case (let size, let overflow) = count.multipliedReportingOverflow(by: elementType.byteCount),
      !overflow
    else { throw .malformed("the shape \(shape) is larger than any memory") }
    guard bodyCount == size else {
      throw .malformed(
        "shape \(shape) of \(elementType) takes \(size) bytes, and there are \(bodyCount)")
    }
  }
}
