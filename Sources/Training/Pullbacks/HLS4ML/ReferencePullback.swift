import WinnowNetworkIR

/// Forward by the operator's reference evaluation on exact numbers, backward by a given rule: for
/// operators with roundings inside, whose derivative is that of the smooth function they stand for.
///
/// Slow, and allocates. For fine-tuning of networks that hls4ml converted.
final class ReferencePullback<Scalar: TrainingScalar>: Pullback {
  /// Writes or adds the gradients of the inputs.
  typealias Rule = (_ inputs: [Operand<Scalar>], _ output: Operand<Scalar>) -> Void

  private let operation: any Operator
  private let site: Site<Scalar>
  /// Fraction bits that the operator wants of its input; `nil` for as few as the values need.
  private let fraction: Int?
  private let rule: Rule

  init(_ operation: any Operator, _ site: Site<Scalar>, fraction: Int? = nil, rule: @escaping Rule) {
    self.operation = operation
    self.site = site
    self.fraction = fraction
    self.rule = rule
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    let y = site.outputs[0]
    guard let values = try? results(), values.count == y.count else { return y.values.fill(.nan) }
    y.values.copy(from: values.map { Scalar($0) })
  }

  private func results() throws -> [Double] {
    let inputs = try site.inputs.map { operand in
      let reals = Tensor(operand.shape, .float64(operand.values.array.map { Double($0) }))
      guard let exact = reals.exactlyFixed, let (mantissas, bits) = exact.mantissas else {
        throw NetworkError("takes numbers that are exact in 64 bits")
      }
      guard let fraction, fraction != bits else { return exact }
      let scaled = mantissas.map { fraction > bits ? $0 << (fraction - bits) : $0 >> (bits - fraction) }
      return Tensor(operand.shape, .fixed(scaled, fraction: fraction))
    }
    return try operation.evaluate(inputs)[0].elements.doubles
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    if site.outputs[0].gradient != nil { rule(site.inputs, site.outputs[0]) }
  }
}

extension Operand {
  /// Adds to the gradient's element, or replaces it, in double precision.
  func pull(_ place: Int, _ value: Double) {
    guard let gradient else { return }
    gradient[place] = accumulates ? gradient[place] + Scalar(value) : Scalar(value)
  }
}
