import WinnowNetworkIR

/// Operators whose operands or results are places in a tensor.
extension GraphImport {
  mutating func gather(_ node: ImportedNode) throws {
    try emit(
      node, Gather(axis: try node.integer("axis") ?? 0), [operand(node, 0), operand(node, 1)])
  }

  /// One index a row: whole slices of the leading axis are written.
  mutating func scatterND(_ node: ImportedNode) throws {
    let operands = try scattered(node)
    guard operands[1].rank == 2, operands[1].type.shape[1] == 1 else {
      throw NetworkError("has the indices \(operands[1].type); one index a row, [entries, 1], is possible")
    }
    try emit(node, Scatter(try reduction(node)), operands)
  }

  mutating func scatterElements(_ node: ImportedNode) throws {
    let operands = try scattered(node)
    let axis = try node.integer("axis") ?? 0
    guard operands[0].rank == 1, axis == 0 || axis == -1 else {
      throw NetworkError("writes single elements of \(operands[0].type); export ScatterND, which writes rows")
    }
    try emit(node, Scatter(try reduction(node)), operands)
  }

  /// Data, indices and updates.
  private mutating func scattered(_ node: ImportedNode) throws -> [Operand] {
    let values = matchingExactness([try operand(node, 0), try operand(node, 2)])
    return [values[0], try operand(node, 1), values[1]]
  }

  private func reduction(_ node: ImportedNode) throws -> Scatter.Reduction {
    switch try node.string("reduction") ?? "none" {
    case "none": .none
    case "add": .add
    case "max": .maximum
    case "min": .minimum
    case let other:
      throw NetworkError("has reduction = '\(other.prefix(40))'; none, add, max, min are possible")
    }
  }

  /// The number is an attribute before version 10, an input after.
  mutating func topK(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    let count: Int?
    if node.opset < 10 {
      count = try node.integer("k")
    } else {
      let counts = try integers(node, 1, "k")
      count = counts?.count == 1 ? counts?[0] : nil
    }
    guard let count else { throw NetworkError("lacks its number k") }
    let operation = TopK(
      count, axis: try node.integer("axis") ?? -1, largest: try node.flag("largest", default: true))
    try emit(node, operation, [x])
  }

  mutating func argMax(_ node: ImportedNode) throws {
    guard try !node.flag("select_last_index") else {
      throw NetworkError("takes the last of equal elements; the first is possible")
    }
    let operation = ArgMax(
      axis: try node.integer("axis") ?? 0, keepsAxis: try node.flag("keepdims", default: true))
    try emit(node, operation, [operand(node, 0)])
  }

  mutating func choose(_ node: ImportedNode) throws {
    let choices = matchingExactness([try operand(node, 1), try operand(node, 2)])
    try emit(node, Where(), [operand(node, 0)] + choices)
  }
}
