import WinnowFixedPoint
import WinnowNetworkIR

/// `report.json`: what a design is, what it takes, and how sure that is.
public struct FirmwareReport: Sendable, Codable {
  public var network: String
  public var device: String
  public var family: String
  public var clockMHz: Double
  /// Clock edges from input port to output port.
  public var latencyCycles: Int
  public var latencyNanoseconds: Double
  public var initiationInterval: Int
  public var stages: Int
  public var longestPathNanoseconds: Double
  /// No clock was met by a router here.
  public var timing = "modelled, not routed"
  public var adders: Int
  public var constantAdders: Int
  /// da4ml's cost of the adder graphs.
  public var adderGraphCost: Double
  public var estimate: Resources
  public var adderGraphs: [AdderGraphSummary]
  public var effectiveBitOperations: Int
  public var synthesis: SynthesisResult?
  /// Tells compilations apart; Verilog and emulator carry it too. Reports of earlier versions have none.
  public var stamp: Stamp?
  /// What Vivado's reports say; printed in the place of the estimates.
  public var vivado: VivadoReports?
  /// What each node takes; reports of earlier versions have none.
  public var layers: [LayerResources]?
  /// The slowest path of every stage.
  public var slowestPaths: [TimingPath]?

  public init(_ design: Design) {
    let counts = design.netlist.adderCount
    network = design.network.name
    device = design.device.part
    family = design.device.family.rawValue
    clockMHz = design.options.clock
    latencyCycles = design.pipeline.latency
    latencyNanoseconds = Double(design.pipeline.latency) * 1000 / design.options.clock
    initiationInterval = 1
    stages = design.pipeline.stageCount
    longestPathNanoseconds = (design.pipeline.longestPath * 1000).rounded() / 1000
    adders = counts.variable
    constantAdders = counts.constant
    adderGraphCost = design.netlist.adderGraphs.map(\.cost).reduce(0, +)
    estimate = design.resources
    adderGraphs = design.netlist.adderGraphs
    effectiveBitOperations = design.program.effectiveBitOperations
    stamp = design.stamp
    layers = design.layers
    slowestPaths = design.pipeline.slowestPaths
  }

  /// The report as a page of text.
  public func text(for device: Device) -> String {
    func line(_ label: String, _ value: String) -> String {
      "  " + label.padded(to: 26) + value
    }
    var lines = [
      "\(network) on \(self.device) at \(clockMHz) MHz (\(timing))",
      line("latency", "\(latencyCycles) cycles, \((latencyNanoseconds * 100).rounded() / 100) ns"),
      line("initiation interval", "\(initiationInterval) cycle"),
      line(
        vivado == nil ? "longest path" : "longest path (model)",
        "\(longestPathNanoseconds) ns of \((1_000_000 / clockMHz).rounded() / 1000) ns"),
      line("adders", "\(adders) + \(constantAdders) of a constant, cost \(adderGraphCost)"),
      line("effective bit operations", "\(effectiveBitOperations)"),
    ]
    lines += resourceLines(for: device).map { line($0.label, $0.value) }
    if let synthesis {
      lines.append(
        line(
          "Yosys",
          "\(synthesis.lookUpTables) LUT, \(synthesis.flipFlops) FF, \(synthesis.carries) carry blocks, \(synthesis.multipliers) DSP (\(synthesis.tool))"
        ))
    }
    if let layers, !layers.isEmpty { lines += [""] + tableNote + [layers.text] }
    if let slowest = slowestPaths?.max(by: { $0.nanoseconds < $1.nanoseconds }) {
      lines += ["", "  slowest: " + slowest.text]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  func padded(to width: Int) -> String {
    count >= width ? self + " " : self + String(repeating: " ", count: width - count)
  }
}
