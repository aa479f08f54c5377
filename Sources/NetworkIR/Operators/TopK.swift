/// The k largest (or smallest) elements along an axis, in order; ONNX's `TopK`.
///
/// Two outputs: the values, and for each the integer place along the axis that it came from. Of equal
/// elements the first is taken first.
public struct TopK: Operator {
  public static let name = "TopK"

  public var count: Int
  public var axis: Int
  /// The largest elements, largest first; else the smallest, smallest first.
  public var largest: Bool

  public init(_ count: Int, axis: Int = -1, largest: Bool = true) {
    self.count = count
    self.axis = axis
    self.largest = largest
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    let axis = try resolveAxis(axis, rank: inputs[0].shape.count)
    guard count >= 0, count <= inputs[0].shape[axis].size ?? .max else {
      throw NetworkError("takes \(count) of \(inputs[0].shape[axis]) elements")
    }
    var shape = inputs[0].shape
    shape[axis] = .fixed(count)
    return [TensorType(shape, inputs[0].element), TensorType(shape, .integer)]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    _ = try infer([inputs[0].type])
    return try inputs[0].sorted(axis: axis, descends: largest, keeping: count)
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    try program.sorted(inputs[0], axis: axis, descends: largest, keeping: count)
  }
}
