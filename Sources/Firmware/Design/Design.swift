public import WinnowNetworkIR

/// A network compiled to parallel logic: one event per clock edge.
public struct Design: Sendable {
  public let network: Network
  public let options: FirmwareOptions
  public let device: Device
  /// The network as exact instructions: what the emulator is written from.
  public let program: FixedPointProgram
  public let netlist: Netlist
  public let pipeline: Pipeline
  public let resources: Resources
  /// Names the module and the files.
  public let name: String

  /// Compiles a quantised network.
  ///
  /// - Throws: ``NetworkError`` naming a node without exact fixed-point form, a clock that no
  ///   pipeline reaches, an unknown device.
  /// - Complexity: adder sharing takes nearly all the time; about 0.1 s for 2,000 weights.
  public init(_ network: Network, options: FirmwareOptions = FirmwareOptions()) throws {
    self.network = network
    self.options = options
    device = try options.device()
    let bound = try network.bindingBatch()
    program = try FixedPointProgram(bound).prunedToOutputs()
    let form = try GateForm(
      program, options: AdderGraphOptions(extraDepth: options.extraDepth, seed: options.seed))
    let logic = form.logic.prunedToOutputs()
    netlist = Netlist(
      logic: logic, names: signalNames(logic), adderGraphs: form.summaries)
    pipeline = try Pipeline(netlist, clock: options.clock, model: device.family.delays)
    resources = Resources(netlist, pipeline)
    name = verilogIdentifier(network.name)
  }

  /// The design's Verilog.
  public var verilog: String { VerilogModule(netlist, pipeline, name: name).text() }
}
