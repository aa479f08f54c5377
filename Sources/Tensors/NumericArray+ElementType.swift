extension NumericArray {
  /// The type of the elements; the raw value is NumPy's name.
  public enum ElementType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case float32, float64
    case bool

    /// Bytes per element.
    public var byteCount: Int {
      switch self {
      case .int8, .uint8, .bool: 1
      case .int16, .uint16: 2
      case .int32, .uint32, .float32: 4
      case .int64, .uint64, .float64: 8
      }
    }

    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    public var description: String { rawValue }
  }
}
