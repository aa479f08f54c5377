/// The same elements in another shape; one extent may be −1 and is worked out, 0 copies the input's.
public struct Reshape: Operator {
  public static let name = "Reshape"

  public var shape: [Int]

  public init(_ shape: [Int]) { self.shape = shape }

  private func resolve(_ input: [Dimension]) throws -> [Dimension] {
    var result: [Dimension] = []
    var open: Int?
    for (axis, extent) in shape.enumerated() {
      switch extent {
      case -1:
        guard open == nil else { throw NetworkError("has two unknown extents in the shape \(shape)") }
        open = axis
        result.append(1)
      case 0:
        guard axis < input.count else {
          throw NetworkError("copies axis \(axis) of a tensor of rank \(input.count)")
        }
        result.append(input[axis])
      case 1...: result.append(.fixed(extent))
      default: throw NetworkError("has the extent \(extent)")
      }
    }
    // Symbols must appear on both sides alike; the numbers must multiply to the same count.
    func split(_ shape: [Dimension]) -> (symbols: [String], product: Int) {
      let symbols = shape.filter { $0.size == nil }.map(\.description).sorted()
      return (
        symbols, shape.compactMap(\.size).reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      )
    }
    let (before, after) = (split(input), split(result))
    if let open, before.symbols == after.symbols, after.product > 0, before.product % after.product == 0 {
      result[open] = .fixed(before.product / after.product)
      return result
    }
    if let open, after.symbols.isEmpty, before.symbols.count == 1, after.product == before.product {
      result[open] = input.first { $0.size == nil }!
      return result
    }
    guard open == nil, before == after else {
      throw NetworkError(
        "cannot bring [\(input.map(\.description).joined(separator: ", "))] into the shape \(shape)")
    }
    return result
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    return [TensorType(try resolve(inputs[0].shape), inputs[0].element)]
  }

  private func sizes(_ input: [Int]) throws -> [Int] {
    try resolve(input.map(Dimension.fixed)).map { $0.size! }
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    [inputs[0].reshaped(try sizes(inputs[0].shape))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    [ScalarTensor(try sizes(inputs[0].shape), inputs[0].scalars)]
  }
}
