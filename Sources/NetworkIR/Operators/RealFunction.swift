import Foundation

/// A real function of each element, computed in double precision.
///
/// Its result is no fixed-point number; a `Quantize` after it makes a table in the integer engine
/// and in firmware, with exactly these values.
public struct RealFunction: Operator {
  public static let name = "RealFunction"

  public enum Function: String, Sendable, Hashable, Codable, CaseIterable {
    case exp, tanh, sigmoid
    case logarithm, squareRoot, reciprocal
  }

  public var function: Function

  public init(_ function: Function) { self.function = function }

  public func callAsFunction(_ x: Double) -> Double {
    switch function {
    case .exp: Foundation.exp(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .logarithm: Foundation.log(x)
    case .squareRoot: x.squareRoot()
    case .reciprocal: 1 / x
    }
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    return [
      TensorType(inputs[0].shape, inputs[0].element == .float32 ? .float32 : .float64)
    ]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    [try inputs[0].mapped { self($0) }]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    [
      ScalarTensor(
        inputs[0].shape, try inputs[0].scalars.map { try program.apply({ self($0) }, to: $0) })
    ]
  }
}
