import Foundation

/// `yᵢ = e^xᵢ / Σⱼ e^xⱼ` along one axis, in real numbers; ONNX's `Softmax` since version 13.
///
/// hls4ml's softmax of fixed-point tables is ``SoftmaxTable``. In firmware a softmax before a decision
/// can be left out: it does not change the order.
public struct Softmax: Operator {
  public static let name = "Softmax"

  public var axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    _ = try resolveAxis(axis, rank: inputs[0].shape.count)
    return [inputs[0].real]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let values = try Lines(x.shape, axis: axis).mapped(x.elements.doubles, Self.normalised)
    return [Tensor(x.shape, .init(reals: values, as: x.type.real.element))]
  }

  /// Softmax of one line; the largest entry is subtracted first, so that nothing overflows.
  static func normalised(_ line: [Double]) -> [Double] {
    let most = line.max() ?? 0
    let exponentials = line.map { exp($0 - most) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
