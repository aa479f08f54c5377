/// Rules that operators with computed indices share: gather, scatter, segments.

/// Requires whole numbers.
func requireIndices(_ type: TensorType, _ meaning: String) throws {
  guard type.arithmetic.element == .fixed(fraction: 0), type.element != .boolean else {
    throw NetworkError("takes integers as its \(meaning), not \(type)")
  }
}

extension Tensor {
  /// The elements as places below `count`.
  ///
  /// - Parameter fromEnd: whether −1 is the last place, as in ONNX.
  /// - Throws: ``NetworkError`` naming the first element that is no such place.
  func indices(below count: Int, fromEnd: Bool, _ meaning: String) throws -> [Int] {
    try elements.doubles.map { value in
      guard let index = Int(exactly: value), index < count, index >= (fromEnd ? -count : 0) else {
        throw NetworkError("has \(value) among its \(meaning); whole numbers below \(count) are possible")
      }
      return index < 0 ? index + count : index
    }
  }
}

extension ScalarTensor {
  /// The tensor of indices that are known while lowering.
  ///
  /// - Throws: ``NetworkError`` when they are computed: wires cannot move.
  func constantIndices(_ meaning: String) throws -> Tensor {
    guard let (values, fraction) = try constantMantissas() else {
      throw NetworkError(
        "has \(meaning) that are computed; the exact form needs constants: fix the graph's connections, or run the node in the interpreter"
      )
    }
    return Tensor(shape, .fixed(values, fraction: fraction))
  }
}
