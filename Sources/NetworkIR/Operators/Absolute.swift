/// `|x|`.
public struct Absolute: Operator {
  public static let name = "Absolute"

  public init() {}

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    return [inputs[0].arithmetic]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    [try inputs[0].mapped(fixed: { abs($0) }, real: { abs($0) })]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    [
      try inputs[0].mapped(&program, real: { abs($0) }) { program, x in
        let negated = try program.linear([(x, -1)], coefficientFraction: 0)
        return try program.maximum(x, negated)
      }
    ]
  }
}
