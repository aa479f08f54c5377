/// Repeats every element along each axis: up-sampling to the nearest neighbour by whole factors.
///
/// `y[i, j, …] = x[⌊i / f₀⌋, ⌊j / f₁⌋, …]`; ONNX's `Resize` in mode `nearest` with the coordinate
/// transformation `asymmetric` and rounding `floor`, and its former `Upsample`.
public struct Upsample: SelectionOperator {
  public static let name = "Upsample"

  /// One per axis, batch and channels included.
  public var factors: [Int]

  public init(_ factors: [Int]) { self.factors = factors }

  func shape(_ input: [Dimension]) throws -> [Dimension] {
    guard factors.count == input.count, factors.allSatisfy({ $0 >= 1 && $0 < 1 << 20 }) else {
      throw NetworkError("repeats by \(factors) a tensor of rank \(input.count); one factor from 1 per axis")
    }
    return try zip(input, factors).map { dimension, factor in
      if factor == 1 { return dimension }
      guard let size = dimension.size else {
        throw NetworkError("up-samples the axis '\(dimension)', whose size is not known")
      }
      return .fixed(size * factor)
    }
  }

  func places(_ input: [Int]) throws -> [Int] {
    let strides = rowMajorStrides(input)
    var places = [0]
    for (axis, extent) in input.enumerated() {
      let factor = factors[axis]
      places = places.flatMap { base in
        (0..<extent * factor).map { base + $0 / factor * strides[axis] }
      }
    }
    return places
  }
}
