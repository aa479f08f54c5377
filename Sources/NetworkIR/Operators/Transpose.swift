/// Permutes axes: output axis k is input axis `permutation[k]`.
public struct Transpose: SelectionOperator {
  public static let name = "Transpose"

  public var permutation: [Int]

  public init(_ permutation: [Int]) { self.permutation = permutation }

  func shape(_ input: [Dimension]) throws -> [Dimension] {
    guard permutation.sorted() == Array(input.indices) else {
      throw NetworkError("permutes axes by \(permutation) on a tensor of rank \(input.count)")
    }
    return permutation.map { input[$0] }
  }

  func places(_ input: [Int]) throws -> [Int] {
    let strides = rowMajorStrides(input)
    return stridedOffsets(
      shape: permutation.map { input[$0] }, strides: permutation.map { strides[$0] })
  }
}
