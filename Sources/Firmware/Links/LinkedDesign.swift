public import WinnowNetworkIR

/// A design that can stand between a board's links.
public protocol LinkedDesign: Sendable {
  /// Names the module and the files.
  var name: String { get }
  /// The network as exact instructions.
  var program: FixedPointProgram { get }
  var verilog: String { get }
  var stamp: Stamp { get }
  var core: LinkedCore { get }
}

/// A design as the logic around it sees it: its module, its ports and its pace.
public struct LinkedCore: Sendable, PackedPorts {
  let moduleName: String
  let inputPorts: [FixedPointProgram.InputPort]
  let outputPorts: [FixedPointProgram.OutputPort]
  /// Edges from an event's own to the one at which its result is there.
  let latency: Int
  /// Edges between two events that it can take.
  let interval: Int
  /// Whether it has valid and ready, and all inputs in one vector, all outputs in another; otherwise a
  /// vector a port, and an event at any edge.
  let isStream: Bool
  /// MHz.
  let clock: Double
  let stamp: Stamp
}

extension Design: LinkedDesign {
  public var core: LinkedCore {
    LinkedCore(
      moduleName: name, inputPorts: netlist.logic.inputs, outputPorts: netlist.logic.outputs,
      latency: pipeline.latency, interval: 1, isStream: false, clock: options.clock, stamp: stamp)
  }
}

extension FoldedDesign: LinkedDesign {
  public var core: LinkedCore {
    LinkedCore(
      moduleName: name, inputPorts: program.inputs, outputPorts: program.outputs, latency: latency,
      interval: interval, isStream: true, clock: options.firmware.clock, stamp: stamp)
  }
}
