import Testing
import WinnowNetworkIR

/// Evaluates an operator and checks that shapes and element types are those that `infer` states.
func evaluate(
  _ operation: any Operator, _ inputs: Tensor..., sourceLocation: SourceLocation = #_sourceLocation
) throws -> [Tensor] {
  let types = try operation.infer(inputs.map(\.type))
  let results = try operation.evaluate(inputs)
  #expect(results.map(\.type) == types, sourceLocation: sourceLocation)
  return results
}

func fixed(_ shape: [Int], _ values: [Int128], _ fraction: Int = 0) -> Tensor {
  Tensor(shape, .fixed(values, fraction: fraction))
}

func real(_ shape: [Int], _ values: [Double]) -> Tensor { Tensor(shape, .float64(values)) }

func integers(_ shape: [Int], _ values: [Int64]) -> Tensor { Tensor(shape, .integer(values)) }

/// Expects an operator to refuse inputs with a message.
func expectRefusal(
  _ operation: any Operator, _ inputs: [TensorType], _ message: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(throws: NetworkError(message), sourceLocation: sourceLocation) {
    try operation.infer(inputs)
  }
}

/// Batch, nodes and edges of unknown number.
let batch = Dimension.symbol("batch", bound: nil)
let nodes = Dimension.symbol("nodes", bound: nil)
let edges = Dimension.symbol("edges", bound: nil)
