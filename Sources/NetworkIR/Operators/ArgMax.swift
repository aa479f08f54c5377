/// The place of the largest element along an axis, the first one of several; ONNX's `ArgMax`.
public struct ArgMax: Operator {
  public static let name = "ArgMax"

  public var axis: Int
  public var keepsAxis: Bool

  public init(axis: Int = -1, keepsAxis: Bool = false) {
    self.axis = axis
    self.keepsAxis = keepsAxis
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    let axis = try resolveAxis(axis, rank: inputs[0].shape.count)
    guard inputs[0].shape[axis] != 0 else { throw NetworkError("looks for the largest of no elements") }
    return [TensorType(reduced(inputs[0].shape, axis, to: 1), .integer)]
  }

  private func reduced<Extent>(_ shape: [Extent], _ axis: Int, to one: Extent) -> [Extent] {
    var shape = shape
    shape.replaceSubrange(axis...axis, with: keepsAxis ? [one] : [])
    return shape
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let axis = try resolveAxis(axis, rank: inputs[0].shape.count)
    let places = try TopK(1, axis: axis).evaluate(inputs)[1]
    return [places.reshaped(reduced(inputs[0].shape, axis, to: 1))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let x = inputs[0]
    let axis = try resolveAxis(axis, rank: x.shape.count)
    let lines = try Lines(x.shape, axis: axis)
    var scalars: [Scalar] = []
    for start in lines.starts {
      let index = try program.placeOfLargest(lines.places(start).map { x.scalars[$0] })
      scalars.append(index)
    }
    return [ScalarTensor(reduced(x.shape, axis, to: 1), scalars)]
  }
}
