import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Small networks to prove.
enum ProofNetworks {
  static func type(_ text: String) -> FixedPointType { try! FixedPointType(text: text) }

  /// Two layers with rounding and saturation, and a table.
  static func layers(
    inputs: Int, hidden: Int, outputs: Int, seed: UInt64, input: String = "fixed<6,3,RND,SAT>",
    between: String = "fixed<6,3,RND_CONV,SAT>"
  ) -> Network {
    var random = RandomStream(seed: seed, label: "proof network")
    func weights(_ shape: [Int], _ bits: Int) -> Tensor {
      let bound = 1 << (bits - 1)
      return Tensor(
        shape,
        .fixed(
          (0..<shape.reduce(1, *)).map { _ in
            random.uniform() < 0.3 ? 0 : Int128(random.integer(in: -bound...bound - 1))
          }, fraction: 4))
    }
    return Network(
      name: "layers", inputs: [.init("x", TensorType([.fixed(inputs)], .float64))],
      constants: [
        "w": weights([inputs, hidden], 6), "b": weights([hidden], 5),
        "v": weights([hidden, outputs], 6),
      ],
      nodes: [
        Node("input", Quantize(type(input)), "x"), Node("first", Dense(), "input", "w", "b"),
        Node("rounded", Quantize(type(between)), "first"), Node("relu", Relu(), "rounded"),
        Node("second", Dense(), "relu", "v"),
        Node("narrow", Quantize(type("fixed<7,4,RND,SAT>")), "second"),
        Node("curve", RealFunction(.tanh), "narrow"),
        Node("out", Quantize(type("fixed<6,1,RND,SAT>")), "curve"),
      ], outputs: ["out", "second"])
  }

  static func design(_ network: Network, effort: SearchEffort = .greedy) throws -> Design {
    try Design(network, options: FirmwareOptions(effort: effort))
  }
}

extension ProofNetworks {
  /// Compares interpreter, program and netlist on events, integer by integer.
  static func compare(_ design: Design, events: Int, seed: UInt64 = 1) throws {
    let program = design.program
    let logic = design.netlist.logic
    let interpreter = try Interpreter(design.network)
    let vectors = TestVectors(for: program, count: events, seed: seed)
    for event in 0..<vectors.count {
      let row = program.inputs.indices.map { vectors.event(event, port: $0).map { Int128($0) } }
      var inputs: [String: Tensor] = [:]
      for (port, values) in zip(program.inputs, row) {
        inputs[port.name] = Tensor(port.shape, .fixed(values, fraction: port.fraction))
      }
      let values = program.evaluate(row)
      let signals = logic.evaluate(row)
      for (index, output) in try interpreter.run(inputs).enumerated() {
        let expected: [Int128] =
          output.mantissas?.values ?? output.elements.doubles.map { Int128($0) }
        #expect(program.read(program.outputs[index], from: values) == expected, "event \(event)")
        #expect(logic.read(logic.outputs[index], from: signals) == expected, "event \(event)")
      }
    }
  }
}
