/// `max(x, 0)`.
public struct Relu: Operator {
  public static let name = "Relu"

  public init() {}

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    return [inputs[0].arithmetic]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    [try inputs[0].mapped(fixed: { max($0, 0) }, real: { max($0, 0) })]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    [try inputs[0].mapped(&program, real: { max($0, 0) }) { try $0.rectify($1) }]
  }
}
