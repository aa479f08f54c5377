import Foundation

/// `yᵢ = xᵢ − ln Σⱼ e^xⱼ` along one axis, in real numbers; ONNX's `LogSoftmax` since version 13.
public struct LogSoftmax: Operator {
  public static let name = "LogSoftmax"

  public var axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    _ = try resolveAxis(axis, rank: inputs[0].shape.count)
    return [inputs[0].real]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let values = try Lines(x.shape, axis: axis).mapped(x.elements.doubles) { line in
      let most = line.max() ?? 0
      let logarithm = log(line.reduce(0) { $0 + exp($1 - most) })
      return line.map { $0 - most - logarithm }
    }
    return [Tensor(x.shape, .init(reals: values, as: x.type.real.element))]
  }
}
