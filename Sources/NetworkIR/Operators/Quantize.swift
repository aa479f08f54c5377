public import WinnowFixedPoint

/// Converts to fixed point: `y = cast(x, type)`, one type for the tensor, a channel or an element.
///
/// A width of 0 makes the element zero: a pruned weight. The types' shape broadcasts to the input's.
/// - Reference: AMD UG1399 for the modes.
public struct Quantize: Operator {
  public static let name = "Quantize"

  /// Row-major in `shape`.
  public var types: [FixedPointType]
  /// Broadcasts to the input; `[]` for one type.
  public var shape: [Int]

  public init(_ type: FixedPointType) {
    types = [type]
    shape = []
  }

  public init(types: [FixedPointType], shape: [Int]) {
    self.types = types
    self.shape = shape
  }

  /// Fraction bits of the result: enough for every element.
  public var fraction: Int { types.map(\.fraction).max() ?? 0 }

  /// The format of every element of a tensor of a shape.
  func formats(shape: [Int]) throws -> [FixedPointFormat] {
    try broadcastOffsets(from: self.shape, to: shape).map { types[$0].format }
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard types.count == count, !types.isEmpty, shape.allSatisfy({ $0 > 0 }) else {
      throw NetworkError("has \(types.count) types for the shape \(shape)")
    }
    for type in types { try type.format.validate() }
    guard try broadcast(inputs[0].shape, shape.map(Dimension.fixed)) == inputs[0].shape else {
      throw NetworkError("its types' shape \(shape) does not fit the input \(inputs[0])")
    }
    return [TensorType(inputs[0].shape, .fixed(fraction: fraction))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let types = try broadcastOffsets(from: shape, to: x.shape).map { self.types[$0] }
    var result: [Int128] = []
    result.reserveCapacity(x.count)
    if let (mantissas, fraction) = x.mantissas {
      for (mantissa, type) in zip(mantissas, types) {
        result.append(
          try Exact.shiftLeft(
            type.convert(mantissa, fraction: fraction), self.fraction - type.fraction))
      }
    } else {
      for (value, type) in zip(x.elements.doubles, types) {
        guard let mantissa = type.convert(value) else { throw NetworkError("quantises a NaN") }
        result.append(try Exact.shiftLeft(mantissa, self.fraction - type.fraction))
      }
    }
    return [Tensor(x.shape, .fixed(result, fraction: fraction))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let offsets = try broadcastOffsets(from: shape, to: inputs[0].shape)
    var scalars: [Scalar] = []
    for (scalar, offset) in zip(inputs[0].scalars, offsets) {
      scalars.append(try program.convert(scalar, to: types[offset]))
    }
    return [ScalarTensor(inputs[0].shape, scalars)]
  }
}
