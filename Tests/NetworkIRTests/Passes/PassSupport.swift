import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Expects a pass to leave every output as it was, bit for bit, on random inputs.
@discardableResult
func expectUnchanged(
  _ pass: any Pass, on network: Network, events: Int = 30, seed: UInt64 = 1,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> Network {
  let after = try pass.run(on: network)
  try after.verify()
  #expect(after.inputs == network.inputs && after.outputs == network.outputs, sourceLocation: sourceLocation)
  var random = SeededGenerator(seed: seed)
  let first = try Interpreter(network)
  let second = try Interpreter(after)
  for _ in 0..<events {
    let inputs = randomInputs(network, &random)
    let (wanted, found) = (try first.run(inputs), try second.run(inputs))
    guard wanted == found else {
      Issue.record(
        "seed \(seed): \(wanted) becomes \(found)\n\(network.listing)\n-- after --\n\(after.listing)",
        sourceLocation: sourceLocation)
      break
    }
  }
  return after
}

func randomInputs(_ network: Network, _ random: inout SeededGenerator) -> [String: Tensor] {
  var inputs: [String: Tensor] = [:]
  for input in network.inputs {
    let shape = input.type.sizes!
    let values = (0..<shape.reduce(1, *)).map { _ in Double.random(in: -6...6, using: &random) }
    inputs[input.name] = Tensor(
      shape, input.type.element == .float32 ? .float32(values.map(Float.init)) : .float64(values))
  }
  return inputs
}
