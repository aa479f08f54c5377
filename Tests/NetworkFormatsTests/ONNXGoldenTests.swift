import WinnowONNXSchema
import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors

/// Files of `Tools/golden/onnx/make_onnx_golden.py`: outputs of onnxruntime and qonnx.
@Suite struct ONNXGoldenTests {
  static let names = Golden.names(in: "onnx", ".onnx")

  @Test func filesAreThere() { #expect(Self.names.count >= 32) }

  @Test(arguments: names)
  func outputsEqual(_ name: String) throws {
    let network = try NetworkFile.read(path: Golden.path("onnx/\(name).onnx"))
    let vectors = try NPZ(contentsOf: Golden.path("onnx/\(name).npz"))
    let tolerance = try vectors.array("tolerance").doubles()[0]
    var inputs: [String: Tensor] = [:]
    for input in network.inputs {
      let array = try vectors.array("in_\(input.name)")
      inputs[input.name] = Tensor(array.shape, .float32(array.doubles().map(Float.init)))
    }
    let outputs = try Interpreter(network).run(inputs)
    for (output, value) in zip(network.outputs, outputs) {
      let expected = try vectors.array("out_\(output)")
      #expect(value.shape == expected.shape, "shape of '\(output)'")
      for (index, (a, b)) in zip(value.elements.doubles, expected.doubles()).enumerated() {
        // The stated tolerance covers float32 functions of another library; 0 is equality.
        #expect(abs(a - b) <= tolerance * max(1, abs(b)), "'\(output)' [\(index)]: \(a), not \(b)")
      }
    }
  }

  @Test(arguments: names)
  func roundTrips(_ name: String) throws {
    let network = try NetworkFile.read(path: Golden.path("onnx/\(name).onnx"))
    let bytes = try NetworkFile.encode(network)
    #expect(try NetworkFile.decode(bytes) == network)
    #expect(try NetworkFile.encode(network) == bytes)
  }

  /// The program of the quantised ones gives the interpreter's numbers.
  @Test(arguments: [
    "quant_modes", "quant_channels", "trunc_2", "domain_brevitas", "quantised_image", "tabulated",
  ])
  func programsEqual(_ name: String) throws {
    var network = try NetworkFile.read(path: Golden.path("onnx/\(name).onnx"))
    let array = try NPZ(contentsOf: Golden.path("onnx/\(name).npz")).array("in_x")
    let inputs = ["x": Tensor(array.shape, .float32(array.doubles().map(Float.init)))]
    // An input port has one type: one output at a time where each quantises the input in its own way.
    for output in network.outputs {
      // The sign of a number that was never quantised has no program.
      if network.producer(of: output)?.inputs == ["x"],
        network.producer(of: output)?.operation is BipolarQuantize
      {
        continue
      }
      if output == "signs" { continue }
      network.outputs = [output]
      let needed = network.keepingOutputs()
      guard let program = try? FixedPointProgram(needed) else {
        Issue.record("'\(output)' has no program")
        continue
      }
      let port = program.inputs[0]
      let mantissas = zip(array.doubles(), port.types).map { value, type in
        type.convert(value)! << (port.fraction - type.fraction)
      }
      let results = program.read(program.outputs[0], from: program.evaluate([mantissas]))
      let expected = try Interpreter(needed).run(inputs)[0]
      #expect(results == expected.mantissas?.values, "'\(output)'")
    }
  }
}

extension Network {
  /// Only the nodes that the outputs need.
  func keepingOutputs() -> Network {
    var needed = Set(outputs)
    var network = self
    network.nodes = []
    for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      network.nodes.insert(node, at: 0)
      needed.formUnion(node.inputs)
    }
    network.constants = constants.filter { needed.contains($0.key) }
    return network
  }
}
