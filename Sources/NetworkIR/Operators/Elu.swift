import Foundation

/// `x` where x > 0, `α (eˣ − 1)` below: a real function of each element.
///
/// - Reference: D.-A. Clevert, T. Unterthiner and S. Hochreiter, arXiv 1511.07289, equation 15.
public struct Elu: Operator {
  public static let name = "Elu"

  public var alpha: Double

  public init(alpha: Double = 1) { self.alpha = alpha }

  public func callAsFunction(_ x: Double) -> Double { x > 0 ? x : alpha * expm1(x) }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    guard alpha.isFinite else { throw NetworkError("has alpha = \(alpha)") }
    return [inputs[0].real]
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
