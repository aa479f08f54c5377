extension NPY {
  /// What the text before the elements says.
  struct Header {
    var elementType: StoredElementType
    var isBigEndian: Bool
    var isFortranOrder: Bool
    var shape: [Int]
  }
}

extension NPY.Header {
  /// NumPy's largest number of axes.
  static let maximumRank = 64

  /// Parses the dictionary, `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
  init(parsing text: ArraySlice<UInt8>) throws(NPY.Defect) {
    var parser = NPY.LiteralParser(text)
    var type: (StoredElementType, Bool)?
    var order: Bool?
    var shape: [Int]?
    try parser.expect("{")
    while !parser.accept("}") {
      let key = try parser.string()
      try parser.expect(":")
      switch key {
      case "descr" where type == nil: type = try NPY.Header.elementType(&parser)
      case "fortran_order" where order == nil: order = try parser.boolean()
      case "shape" where shape == nil: shape = try parser.extents(limit: NPY.Header.maximumRank)
      default: throw .malformed("the key '\(key)' is unknown or given twice")
      }
      if !parser.accept(",") {
        try parser.expect("}")
        break
      }
    }
    try parser.expectEnd()
    guard let (elementType, isBigEndian) = type, let order, let shape else {
      throw .malformed("it does not give all of 'descr', 'fortran_order' and 'shape'")
    }
    self.init(
      elementType: elementType, isBigEndian: isBigEndian, isFortranOrder: order, shape: shape)
  }

  /// Parses a data type; `true` for big-endian.
  private static func elementType(_ parser: inout NPY.LiteralParser) throws(NPY.Defect)
    -> (StoredElementType, Bool)
  {
    if parser.isNext("[") || parser.isNext("(") || parser.isNext("{") {
      throw .unsupported("structured elements; save each field as an array of its own")
    }
    let text = try parser.string()
    var code = Substring(text)
    var isBigEndian = false
    switch code.first {
    case "<", "|": code.removeFirst()
    case ">":
      code.removeFirst()
      isBigEndian = true
    case "=":
      code.removeFirst()
      isBigEndian = isHostBigEndian
    default: isBigEndian = isHostBigEndian
    }
    if let (_, type) = codes.first(where: { $0.code == code }) { return (type, isBigEndian) }
    switch code.first {
    case "O":
      throw .unsupported("Python objects ('\(text)'), which are never loaded; save numbers instead")
    case "V":
      throw .unsupported("structured or raw elements ('\(text)'); save numbers instead")
    case "U", "S", "a":
      throw .unsupported("text ('\(text)'); save numbers instead")
    case "c":
      throw .unsupported("complex numbers ('\(text)'); save the real and imaginary parts")
    case "f":
      throw .unsupported("elements of type '\(text)'; save astype('float32') or astype('float64')")
    default:
      throw .unsupported("elements of type '\(text)'; save integers, float32, float64 or bool")
    }
  }

  static let codes: [(code: Substring, type: StoredElementType)] = [
    ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64),
    ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64),
    ("f2", .float16), ("f4", .float32), ("f8", .float64), ("b1", .bool),
  ]
}

/// Whether this machine puts the most significant byte first.
let isHostBigEndian = 1.bigEndian == 1

extension NPY {
  /// Why bytes are no array that Winnow reads.
  enum Defect: Error {
    /// Damaged or no NPY at all.
    case malformed(String)
    /// Sound, but of a kind that Winnow does not hold.
    case unsupported(String)

    /// The error of an array that is called `source` in messages.
    func described(_ source: String) -> TensorFileError {
      switch self {
      case .malformed(let reason):
        TensorFileError(
          "\(source) is no sound NPY array: \(reason); save it again with numpy.save or numpy.savez"
        )
      case .unsupported(let reason):
        TensorFileError("\(source) holds \(reason)")
      }
    }
  }
}
