import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Events for a design, and what the interpreter makes of them.
struct InterpretedEvents {
  var vectors: TestVectors
  /// For each output port all events' mantissas, in the port's step.
  var expected: [[Int64]]

  init(_ design: Design, events: Int, seed: UInt64 = 1) throws {
    vectors = TestVectors(for: design.program, count: events, seed: seed)
    let interpreter = try Interpreter(design.network.bindingBatch())
    expected = design.program.outputs.map { _ in [] }
    for event in 0..<events {
      var tensors: [String: Tensor] = [:]
      for (index, port) in design.program.inputs.enumerated() {
        tensors[port.name] = Tensor(
          port.shape,
          .fixed(vectors.event(event, port: index).map { Int128($0) }, fraction: port.fraction))
      }
      for (index, tensor) in try interpreter.run(tensors).enumerated() {
        if case .boolean(let values) = tensor.elements {
          expected[index] += values.map { $0 ? 1 : 0 }
        } else if let (values, fraction) = tensor.mantissas {
          let shift = design.program.outputs[index].fraction - fraction
          expected[index] += values.map { Int64($0 << shift) }
        } else {
          Issue.record("output \(index) of \(design.name) is no exact number")
        }
      }
    }
  }

  func bench(_ design: Design) -> Simulation.Bench {
    Simulation.Bench(design, vectors: vectors, expected: expected)
  }
}
