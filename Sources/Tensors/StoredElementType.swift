/// The type of the elements of an array in a file; the raw value is NumPy's name.
///
/// Besides the types that a ``NumericArray`` holds there is half precision, which is widened when
/// it is read.
public enum StoredElementType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float16, float32, float64
  case bool

  public init(_ type: NumericArray.ElementType) {
    switch type {
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32: self = .int32
    case .int64: self = .int64
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .float32: self = .float32
    case .float64: self = .float64
    case .bool: self = .bool
    }
  }

  /// The type in memory; `nil` for half precision.
  public var numeric: NumericArray.ElementType? { NumericArray.ElementType(rawValue: rawValue) }

  /// Bytes per element.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  public var isFloatingPoint: Bool { numeric?.isFloatingPoint ?? true }

  public var description: String { rawValue }
}
