/// What the elements of a tensor are.
public enum ElementType: Sendable, Hashable {
  case float32
  case float64
  /// Exact multiples of `2^−fraction`.
  case fixed(fraction: Int)
  case integer
  case boolean

  public var isFloat: Bool { self == .float32 || self == .float64 }
}

extension ElementType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .fixed(let fraction): "fixed, step 2^\(-fraction)"
    case .integer: "integer"
    case .boolean: "boolean"
    }
  }
}

/// Shape and element type of a value in a network.
public struct TensorType: Sendable, Hashable {
  public var shape: [Dimension]
  public var element: ElementType

  public init(_ shape: [Dimension], _ element: ElementType) {
    self.shape = shape
    self.element = element
  }

  /// The shape in numbers; `nil` while a symbol is unbound.
  public var sizes: [Int]? {
    var sizes: [Int] = []
    for dimension in shape {
      guard let size = dimension.size else { return nil }
      sizes.append(size)
    }
    return sizes
  }
}

extension TensorType: CustomStringConvertible {
  public var description: String {
    "[\(shape.map(\.description).joined(separator: ", "))] \(element)"
  }
}
