import WinnowNetworkIR

/// A node that computes integers, such as the halves of an edge list: no gradient.
///
/// Operators that only move elements do so without allocation; others by the reference evaluation.
func integerPullback<Scalar>(_ operation: any Operator, _ site: Site<Scalar>) throws -> any Pullback {
  switch operation {
  case let operation as Reshape: CopyPullback(site, [operation.copies(site)])
  case let operation as any RowSelection: CopyPullback(site, [try operation.copies(site)])
  case let operation as Concatenate: CopyPullback(site, operation.copies(site))
  case let operation as Gather: try operation.pullback(site)
  default: IntegerPullback(operation, site)
  }
}

/// Integers by the reference evaluation; zeros where it fails on the values.
private final class IntegerPullback<Scalar: TrainingScalar>: Pullback {
  private let operation: any Operator
  private let site: Site<Scalar>

  init(_ operation: any Operator, _ site: Site<Scalar>) {
    self.operation = operation
    self.site = site
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    let inputs = site.inputs.map { operand in
      operand.indices.count > 0 || operand.count == 0
        ? Tensor(operand.shape, .integer(operand.indices.array.map { Int64($0) }))
        : Tensor(operand.shape, .float64(operand.values.array.map { Double($0) }))
    }
    guard let results = try? operation.evaluate(inputs) else {
      for operand in site.outputs {
        operand.indices.fill(0)
        operand.values.fill(0)
      }
      return
    }
    for (operand, result) in zip(site.outputs, results) {
      guard case .integer(let values) = result.elements, values.count == operand.count else { continue }
      operand.indices.copy(from: values.map { Int32(clamping: $0) })
      operand.values.copy(from: values.map { Scalar($0) })
    }
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {}
}
