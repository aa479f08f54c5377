import WinnowNetworkIR

/// What a folded design is, layer by layer, and what it takes.
public struct FoldedReport: Sendable, Codable {
  public struct Layer: Sendable, Codable {
    public var nodes: [String]
    public var module: String
    public var inputs: Int
    public var outputs: Int
    /// Weights that are not zero.
    public var weights: Int
    /// Clock edges over which products share multipliers; 1 is parallel logic.
    public var reuse: Int
    /// Multipliers of the matrix, in blocks or in look-up tables.
    public var multipliers: Int
    public var multipliersInBlocks: Int
    public var weightMemoryBits: Int
    public var latencyCycles: Int
    public var estimate: Resources
  }

  public var network: String
  public var style = "folded"
  public var device: String
  public var family: String
  public var clockMHz: Double
  public var latencyCycles: Int
  public var latencyNanoseconds: Double
  /// Clock edges between two events.
  public var initiationInterval: Int
  public var initiationIntervalNanoseconds: Double
  /// No clock was met by a router here.
  public var timing = "modelled, not routed"
  public var layers: [Layer]
  /// What differs from what was asked for, a sentence each; `nil` in files of earlier versions.
  public var notes: [String]?
  public var estimate: Resources
  public var effectiveBitOperations: Int
  public var synthesis: SynthesisResult?
  /// Tells compilations apart; Verilog and emulator carry it too. Reports of earlier versions have none.
  public var stamp: Stamp?
  /// What Vivado's reports say; printed in the place of the estimates.
  public var vivado: VivadoReports?

  public init(_ design: FoldedDesign) {
    let clock = design.options.firmware.clock
    network = design.network.name
    device = design.device.part
    family = design.device.family.rawValue
    clockMHz = clock
    latencyCycles = design.latency
    latencyNanoseconds = Double(design.latency) * 1000 / clock
    initiationInterval = design.interval
    initiationIntervalNanoseconds = Double(design.interval) * 1000 / clock
    layers = design.layers.map { layer in
      let plan = (layer.kernel as? FoldedKernel)?.plan
      return Layer(
        nodes: layer.nodes, module: layer.module, inputs: layer.inputs, outputs: layer.outputs,
        weights: layer.weights, reuse: layer.reuse, multipliers: plan?.multiplierCount ?? 0,
        multipliersInBlocks: plan?.sections.reduce(0) {
          $0 + ($1.usesBlocks ? $1.schedule.multiplierCount : 0)
        } ?? 0, weightMemoryBits: plan?.memoryBits ?? 0, latencyCycles: layer.kernel.latency,
        estimate: layer.kernel.resources)
    }
    notes = design.reuseNotes
    estimate = design.resources
    effectiveBitOperations = design.program.effectiveBitOperations
    stamp = design.stamp
  }

  /// The report as a page of text.
  public func text(for device: Device) -> String {
    func short(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    func line(_ label: String, _ value: String) -> String { "  " + label.padded(to: 26) + value }
    var lines = [
      "\(network) on \(self.device) at \(clockMHz) MHz, folded (\(timing))",
      line("latency", "\(latencyCycles) cycles, \(short(latencyNanoseconds)) ns"),
      line(
        "initiation interval",
        "\(initiationInterval) cycles, \(short(initiationIntervalNanoseconds)) ns"),
      line("effective bit operations", "\(effectiveBitOperations)"),
    ]
    lines += resourceLines(for: device).map { line($0.label, $0.value) }
    if let synthesis {
      lines.append(
        line(
          "Yosys",
          "\(synthesis.lookUpTables) LUT, \(synthesis.flipFlops) FF, \(synthesis.multipliers) DSP, \(synthesis.blockMemories) BRAM (\(synthesis.tool))"
        ))
    }
    lines += tableNote
    let widths = [28, 12, 7, 12, 11, 9, 8, 8, 7, 7]
    func row(_ cells: [String]) -> String {
      "  " + zip(cells, widths).map { $0.padded(to: $1) }.joined()
    }
    lines.append(
      row([
        "layer", "matrix", "reuse", "multipliers", "ROM bits", "latency", "LUT", "FF", "DSP", "BRAM",
      ]))
    for layer in layers {
      lines.append(
        row([
          layer.nodes.isEmpty ? "(before the first)" : layer.nodes.joined(separator: " "),
          "\(layer.inputs)x\(layer.outputs)", "\(layer.reuse)", "\(layer.multipliers)",
          "\(layer.weightMemoryBits)", "\(layer.latencyCycles)", "\(layer.estimate.lookUpTables)",
          "\(layer.estimate.flipFlops)", "\(layer.estimate.multipliers)",
          "\(layer.estimate.blockMemories)",
        ]))
    }
    for note in notes ?? [] { lines.append("  note: \(note)") }
    return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
      .joined(separator: "\n") + "\n"
  }
}
