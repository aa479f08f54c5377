import WinnowNetworkIR

/// Normalisations of each event, and softmax.
extension GraphImport {
  mutating func layerNormalization(_ node: ImportedNode) throws {
    let operands = try (0..<(node.input(2) == nil ? 2 : 3)).map { try operand(node, $0) }
    let operation = LayerNormalization(
      axis: try node.integer("axis") ?? -1, epsilon: try node.epsilon())
    try emit(node, operation, operands)
  }

  /// From version 21 scale and bias are per channel.
  mutating func groupNormalization(_ node: ImportedNode) throws {
    guard let groups = try node.integer("num_groups") else {
      throw NetworkError("lacks the attribute 'num_groups'")
    }
    let operands = try (0..<3).map { try operand(node, $0) }
    guard node.opset >= 21 || operands[0].rank >= 2 && operands[0].type.shape[1] == .fixed(groups) else {
      throw NetworkError(
        "has a scale per group, as before version 21; convert the file with onnx.version_converter")
    }
    try emit(node, GroupNormalization(groups: groups, epsilon: try node.epsilon()), operands)
  }

  /// Group normalisation with one channel a group.
  mutating func instanceNormalization(_ node: ImportedNode) throws {
    let operands = try (0..<3).map { try operand(node, $0) }
    guard operands[0].rank >= 2, let channels = operands[0].type.shape[1].size else {
      throw NetworkError("takes [batch, channels, …], not \(operands[0].type)")
    }
    try emit(node, GroupNormalization(groups: channels, epsilon: try node.epsilon()), operands)
  }

  /// Before version 13 all axes from the given one on are one; that is the same for the last axis.
  mutating func softmax(
    _ node: ImportedNode, _ operation: (_ axis: Int) -> any Operator
  ) throws {
    let x = try operand(node, 0)
    let axis = try node.integer("axis") ?? (node.opset < 13 ? 1 : -1)
    if node.opset < 13, axis != -1, axis != x.rank - 1 {
      throw NetworkError(
        "joins the axes from \(axis) on, as before version 13; convert the file with onnx.version_converter")
    }
    try emit(node, operation(axis), [x])
  }
}
