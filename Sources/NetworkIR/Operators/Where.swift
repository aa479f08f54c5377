/// `a` where a condition holds, else `b`; all three broadcast. ONNX's `Where`.
///
/// Inputs: a boolean mask, a, b.
public struct Where: Operator {
  public static let name = "Where"

  public init() {}

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(3...3, inputs.count)
    guard inputs[0].element == .boolean else {
      throw NetworkError("takes booleans as its mask, not \(inputs[0])")
    }
    let shape = try broadcast(broadcast(inputs[0].shape, inputs[1].shape), inputs[2].shape)
    return [TensorType(shape, try Concatenate.joined([inputs[1].element, inputs[2].element]))]
  }

  /// For each output element the places of mask, a and b.
  private func places(_ shapes: [[Int]]) throws -> (shape: [Int], places: [[Int]]) {
    let shape = try broadcast(broadcast(shapes[0], shapes[1]), shapes[2])
    return (shape, try shapes.map { try broadcastOffsets(from: $0, to: shape) })
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (shape, places) = try places(inputs.map(\.shape))
    let mask = inputs[0].elements.doubles
    func chosen<Value>(_ a: [Value], _ b: [Value]) -> [Value] {
      places[0].indices.map { mask[places[0][$0]] != 0 ? a[places[1][$0]] : b[places[2][$0]] }
    }
    let element = try Concatenate.joined([inputs[1].elementType, inputs[2].elementType])
    if !element.isFloat, let (a, af) = inputs[1].mantissas, let (b, bf) = inputs[2].mantissas {
      let fraction = max(af, bf)
      let values = chosen(
        try Exact.align(a, from: af, to: fraction), try Exact.align(b, from: bf, to: fraction))
      return [Tensor(shape, .init(mantissas: values, as: element))]
    }
    let values = chosen(inputs[1].elements.doubles, inputs[2].elements.doubles)
    return [Tensor(shape, .init(reals: values, as: element))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (shape, places) = try places(inputs.map(\.shape))
    var scalars: [Scalar] = []
    for index in places[0].indices {
      scalars.append(
        try program.select(
          inputs[0].scalars[places[0][index]], inputs[1].scalars[places[1][index]],
          inputs[2].scalars[places[2][index]]))
    }
    return [ScalarTensor(shape, scalars)]
  }
}
