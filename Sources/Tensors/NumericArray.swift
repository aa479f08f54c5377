/// A dense array of one of eleven element types with its shape, in C order (last index fastest).
///
/// The storage keeps the native element type, so that a file read and written again is unchanged.
/// Equality follows the elements: arrays that hold NaN are not equal to themselves.
public struct NumericArray: Sendable, Hashable {
  /// The extent of each axis; empty for a scalar.
  public let shape: [Int]
  /// The elements, `shape.reduce(1, *)` of them.
  public let storage: Storage

  /// The elements, as an array of their native type.
  public enum Storage: Sendable, Hashable {
    case int8([Int8])
    case int16([Int16])
    case int32([Int32])
    case int64([Int64])
    case uint8([UInt8])
    case uint16([UInt16])
    case uint32([UInt32])
    case uint64([UInt64])
    case float32([Float])
    case float64([Double])
    case bool([Bool])
  }

  /// Pairs a shape with its elements.
  ///
  /// - Precondition: the extents are not negative and their product is the number of elements.
  public init(shape: [Int], storage: Storage) {
    let expected = NumericArray.elementCount(of: shape)
    precondition(
      expected == storage.count, "shape \(shape) does not hold \(storage.count) elements")
    self.shape = shape
    self.storage = storage
  }

  /// The number of elements.
  public var count: Int { storage.count }

  public var elementType: ElementType { storage.elementType }

  /// The same elements under another shape.
  ///
  /// - Precondition: the product of the extents is `count`.
  public func reshaped(to shape: [Int]) -> NumericArray {
    NumericArray(shape: shape, storage: storage)
  }

  /// The product of the extents, or `nil` where an extent is negative or the product of those
  /// that are not zero exceeds `Int`.
  static func elementCount(of shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      if extent < 0 { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
      if overflow { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }
}

extension NumericArray.Storage {
  /// The number of elements.
  public var count: Int {
    switch self {
    case .int8(let values): values.count
    case .int16(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .uint8(let values): values.count
    case .uint16(let values): values.count
    case .uint32(let values): values.count
    case .uint64(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .bool(let values): values.count
    }
  }

  public var elementType: NumericArray.ElementType {
    switch self {
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float32: .float32
    case .float64: .float64
    case .bool: .bool
    }
  }
}
