/// Nothing in inference. In training each element is zero with probability ``rate``, and the others
/// are divided by `1 − rate`, so that the mean stays.
///
/// - Reference: N. Srivastava et al., J. Mach. Learn. Res. 15 (2014) 1929.
public struct Dropout: Operator {
  public static let name = "Dropout"

  /// The fraction of elements that training leaves out, at least 0 and less than 1.
  public var rate: Double

  public init(rate: Double) { self.rate = rate }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    guard rate >= 0, rate < 1 else {
      throw NetworkError("has the rate \(rate); at least 0 and less than 1 is possible")
    }
    return [inputs[0]]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] { [inputs[0]] }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] { [inputs[0]] }
}
