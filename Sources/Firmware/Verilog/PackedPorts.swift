import WinnowFixedPoint
import WinnowNetworkIR

/// Ports as vectors, elements packed from bit 0, named after the network's.
protocol PackedPorts {
  var inputPorts: [FixedPointProgram.InputPort] { get }
  var outputPorts: [FixedPointProgram.OutputPort] { get }
}

extension PackedPorts {
  func inputName(_ index: Int) -> String { portNames(inputPorts.map(\.name), prefix: "in_")[index] }
  func outputName(_ index: Int) -> String { portNames(outputPorts.map(\.name), prefix: "out_")[index] }
  func inputWidth(_ port: FixedPointProgram.InputPort) -> Int {
    max(port.types.map(\.width).reduce(0, +), 1)
  }
  func outputWidth(_ port: FixedPointProgram.OutputPort) -> Int {
    port.formats.map { max($0.width, 1) }.reduce(0, +)
  }
}

extension VerilogModule: PackedPorts {
  var inputPorts: [FixedPointProgram.InputPort] { netlist.logic.inputs }
  var outputPorts: [FixedPointProgram.OutputPort] { netlist.logic.outputs }
}
