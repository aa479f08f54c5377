import WinnowNetworkIR

/// A node that computes integers, such as the halves of an edge list: no gradient, by the reference
/// evaluation.
final class IntegerPullback<Scalar: TrainingScalar>: Pullback {
  private let operation: any Operator
  private let site: Site<Scalar>

  init(_ operation: any Operator, _ site: Site<Scalar>) {
    self.operation = operation
    self.site = site
  }

  func forward(phase: Int) {
    let inputs = site.inputs.map { operand in
      operand.indices.count > 0 || operand.count == 0
        ? Tensor(operand.shape, .integer(operand.indices.array.map { Int64($0) }))
        : Tensor(operand.shape, .float64(operand.values.array.map { Double($0) }))
    }
    guard let results = try? operation.evaluate(inputs) else { return }
    for (operand, result) in zip(site.outputs, results) {
      guard case .integer(let values) = result.elements, values.count == operand.count else { continue }
      operand.indices.copy(from: values.map { Int32(clamping: $0) })
      operand.values.copy(from: values.map { Scalar($0) })
    }
  }

  func backward(phase: Int) {}
}
