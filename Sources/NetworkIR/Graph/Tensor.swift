import WinnowFixedPoint

/// Values of a network: a shape and its elements in row-major order.
public struct Tensor: Sendable, Hashable {
  public enum Elements: Sendable, Hashable {
    case float32([Float])
    case float64([Double])
    /// Mantissas; an element's value is `mantissa · 2^−fraction`.
    case fixed([Int128], fraction: Int)
    case integer([Int64])
    case boolean([Bool])
  }

  public private(set) var shape: [Int]
  public private(set) var elements: Elements

  /// - Precondition: as many elements as the shape says.
  public init(_ shape: [Int], _ elements: Elements) {
    precondition(
      shape.reduce(1, *) == elements.count,
      "a tensor of shape \(shape) cannot have \(elements.count) elements")
    self.shape = shape
    self.elements = elements
  }

  public var count: Int { elements.count }

  public var elementType: ElementType {
    switch elements {
    case .float32: .float32
    case .float64: .float64
    case .fixed(_, let fraction): .fixed(fraction: fraction)
    case .integer: .integer
    case .boolean: .boolean
    }
  }

  public var type: TensorType { TensorType(shape.map(Dimension.fixed), elementType) }

  /// The same elements in another shape.
  public func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape, elements) }

  /// The elements at the given places, in that order.
  public func gathered(_ indices: [Int], shape: [Int]) -> Tensor {
    Tensor(shape, elements.gathered(indices))
  }
}

extension Tensor.Elements {
  public var count: Int {
    switch self {
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .fixed(let values, _): values.count
    case .integer(let values): values.count
    case .boolean(let values): values.count
    }
  }

  /// Every element as a real number; exact but for mantissas of more than 53 bits.
  public var doubles: [Double] {
    switch self {
    case .float32(let values): values.map { Double($0) }
    case .float64(let values): values
    case .fixed(let values, let fraction):
      values.map { $0.scaled(byPowerOfTwo: -fraction) }
    case .integer(let values): values.map { Double($0) }
    case .boolean(let values): values.map { $0 ? 1 : 0 }
    }
  }

  func gathered(_ indices: [Int]) -> Tensor.Elements {
    switch self {
    case .float32(let values): .float32(indices.map { values[$0] })
    case .float64(let values): .float64(indices.map { values[$0] })
    case .fixed(let values, let fraction): .fixed(indices.map { values[$0] }, fraction: fraction)
    case .integer(let values): .integer(indices.map { values[$0] })
    case .boolean(let values): .boolean(indices.map { values[$0] })
    }
  }
}

extension Tensor {
  /// Exact mantissas and their fraction bits: fixed point, integers and booleans as they are;
  /// `nil` for floats.
  public var mantissas: (values: [Int128], fraction: Int)? {
    switch elements {
    case .fixed(let values, let fraction): (values, fraction)
    case .integer(let values): (values.map { Int128($0) }, 0)
    case .boolean(let values): (values.map { $0 ? 1 : 0 }, 0)
    case .float32, .float64: nil
    }
  }

  /// A fixed-point tensor equal to this one, with the coarsest step not above one that holds every
  /// element; `nil` if an element is not finite or would need more than 64 bits.
  public var exactlyFixed: Tensor? {
    if let (values, fraction) = mantissas {
      return Tensor(shape, .fixed(values, fraction: fraction))
    }
    let parts = elements.doubles.map { (value: $0, part: dyadic($0)) }
    guard parts.allSatisfy({ $0.value.isFinite }) else { return nil }
    let fraction = parts.compactMap(\.part?.fraction).reduce(0, max)
    var values: [Int128] = []
    values.reserveCapacity(count)
    for (_, part) in parts {
      guard let part else {
        values.append(0)
        continue
      }
      let shift = fraction - part.fraction
      guard shift < 64, part.mantissa.magnitude.leadingZeroBitCount >= 64 + shift else { return nil }
      values.append(part.mantissa << shift)
    }
    return Tensor(shape, .fixed(values, fraction: fraction))
  }
}

extension Int128 {
  /// The value as a real number, times a power of two.
  func scaled(byPowerOfTwo exponent: Int) -> Double {
    Double(self) * Double(sign: .plus, exponent: exponent, significand: 1)
  }
}
