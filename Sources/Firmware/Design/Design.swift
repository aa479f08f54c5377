import WinnowFixedPoint
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
  /// - Parameter progress: called with the share of the search for adder graphs that is done, from
  ///   any thread.
  /// - Throws: ``NetworkError`` naming a node without exact fixed-point form, a clock that no
  ///   pipeline reaches, an unknown device.
  /// - Complexity: adder sharing takes nearly all the time; about 0.1 s for 2,000 weights, and what
  ///   the effort asks for. All cores are used; the logic does not depend on their number.
  public init(
    _ network: Network, options: FirmwareOptions = FirmwareOptions(),
    progress: @Sendable (Double) -> Void = { _ in }
  ) throws {
    self.network = network
    self.options = options
    device = try options.device()
    guard (0...16).contains(options.extraDepth) else {
      throw NetworkError("an extra depth of \(options.extraDepth) is not possible; 0 to 16 are")
    }
    let bound = try network.bindingBatch()
    program = try FixedPointProgram(bound).prunedToOutputs()
    try Self.checkPorts(of: program)
    let (program, device) = (program, device)
    // Outputs that are ready early, or sums that share less, may need fewer registers, at the price of
    // some adders: who wants few gets the best of all.
    var attempts = [AdderGraphOptions(options)]
    if options.goal == .area {
      attempts.append(AdderGraphOptions(options, isEachShallow: true))
      if options.work > 0 {
        attempts.append(AdderGraphOptions(options, isEachShallow: true, work: 0))
      }
    }
    let searches = Double(attempts.count { $0.work > 0 })
    let candidates = try attempts.enumerated().map { attempt, graphs in
      let form = try GateForm(program, options: graphs) {
        progress((Double(attempt) + $0) / searches)
      }
      let logic = MinimalTables(form.logic).logic.prunedToOutputs()
      let netlist = Netlist(
        logic: logic, names: signalNames(logic), adderGraphs: form.summaries)
      let pipeline = try Pipeline(
        netlist, clock: options.clock, model: options.delays ?? device.family.delays,
        rule: options.addersPerStage.map { .levels($0) }, goal: options.goal)
      return (netlist: netlist, pipeline: pipeline)
    }
    (netlist, pipeline) = candidates.min { $0.pipeline.registerBits < $1.pipeline.registerBits }!
    resources = Resources(netlist, pipeline)
    name = verilogIdentifier(network.name)
  }

  /// Ports carry at least one element, and mantissas that fit 64 signed bits in the port's own step:
  /// vectors, emulator and files are made of such integers.
  static func checkPorts(of program: FixedPointProgram) throws {
    func check(_ kind: String, _ name: String, _ formats: [FixedPointFormat], _ fraction: Int) throws {
      guard !formats.isEmpty else {
        throw NetworkError("\(kind) '\(name)' has no elements; there is nothing to compile")
      }
      for format in formats {
        let bits = format.width + fraction - format.fraction + (format.isSigned ? 0 : 1)
        guard bits <= 64 else {
          throw NetworkError(
            "\(kind) '\(name)' needs \(bits) bits with its sign, counted in its finest step; 64 are possible, quantise it to fewer"
          )
        }
      }
    }
    for port in program.inputs { try check("input", port.name, port.types.map(\.format), port.fraction) }
    for port in program.outputs { try check("output", port.name, port.formats, port.fraction) }
  }

  /// The design's Verilog.
  public var verilog: String {
    var module = VerilogModule(netlist, pipeline, name: name)
    module.stamp = stamp
    return module.text()
  }
}

extension AdderGraphOptions {
  fileprivate init(_ options: FirmwareOptions, isEachShallow: Bool = false, work: Int? = nil) {
    self.init(
      extraDepth: options.extraDepth, seed: options.seed, work: work ?? options.work)
    self.isEachShallow = isEachShallow
  }
}
