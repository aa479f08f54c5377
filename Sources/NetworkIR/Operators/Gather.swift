/// Picks slices of a tensor along an axis by integer indices; ONNX's `Gather`.
///
/// Inputs: x and indices of any shape; the indices' shape replaces the axis: with axis 0, x `[V, d]`
/// and indices `[E]` the result is `[E, d]`. A negative index counts from the end. Firmware needs
/// constant indices.
public struct Gather: Operator {
  public static let name = "Gather"

  public var axis: Int

  public init(axis: Int = 0) { self.axis = axis }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...2, inputs.count)
    let axis = try resolveAxis(axis, rank: inputs[0].shape.count)
    try requireIndices(inputs[1], "indices")
    var shape = inputs[0].shape
    shape.replaceSubrange(axis...axis, with: inputs[1].shape)
    return [TensorType(shape, inputs[0].element)]
  }

  private func places(_ x: [Int], _ indices: Tensor) throws -> (shape: [Int], places: [Int]) {
    let axis = try resolveAxis(axis, rank: x.count)
    let rows = try indices.indices(below: x[axis], fromEnd: true, "indices")
    var shape = x
    shape.replaceSubrange(axis...axis, with: indices.shape)
    let inner = x[(axis + 1)...].reduce(1, *)
    let places = (0..<x[..<axis].reduce(1, *)).flatMap { outer in
      rows.flatMap { row in
        let start = (outer * x[axis] + row) * inner
        return start..<start + inner
      }
    }
    return (shape, places)
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (shape, places) = try places(inputs[0].shape, inputs[1])
    return [inputs[0].gathered(places, shape: shape)]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let indices = try inputs[1].constantIndices("indices")
    let (shape, places) = try places(inputs[0].shape, indices)
    return [inputs[0].gathered(places, shape: shape)]
  }
}
