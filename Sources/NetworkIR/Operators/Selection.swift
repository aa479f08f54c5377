/// An operator that only picks elements of its input: transpose, slice.
///
/// One rule gives the shape and the place of each element, for tensors and scalars alike.
protocol SelectionOperator: Operator {
  /// The output's shape.
  func shape(_ input: [Dimension]) throws -> [Dimension]
  /// For each output element its place in the input.
  func places(_ input: [Int]) throws -> [Int]
}

extension SelectionOperator {
  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    return [TensorType(try shape(inputs[0].shape), inputs[0].element)]
  }

  private func sizes(_ input: [Int]) throws -> [Int] {
    try shape(input.map(Dimension.fixed)).map { $0.size! }
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    [inputs[0].gathered(try places(inputs[0].shape), shape: try sizes(inputs[0].shape))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    [inputs[0].gathered(try places(inputs[0].shape), shape: try sizes(inputs[0].shape))]
  }
}
