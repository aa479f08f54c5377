import Foundation
import WinnowFixedPoint
import WinnowNetworkIR

/// What a dataflow is and takes, process by process.
public struct DataflowReport: Sendable, Codable {
  /// A process: a layer with its windows and the buffers before them.
  public struct Process: Sendable, Codable {
    public var name: String
    public var kind: String
    /// The network's nodes that it holds.
    public var nodes: [String]
    /// Tokens of an image, and pixels of a token.
    public var tokens: Int
    public var pixels: Int
    /// Clock edges between images, were it alone.
    public var interval: Int
    /// Clock edges from a token with all that a window needs to the window's result.
    public var latency: Int
    public var kernels: Resources
    public var windows: Resources
    public var buffers: Resources
    /// Tokens that each buffer before it holds, by the stream it comes from; 0 for wires.
    public var depths: [Buffer]
  }

  public struct Buffer: Sendable, Codable {
    public var from: String
    public var depth: Int
    /// Bits of a token.
    public var width: Int
  }

  public var network: String
  public var device: String
  public var family: String
  public var style = "dataflow"
  public var clockMHz: Double
  /// Clock edges from the one that takes an image's first token to the one that can take its last result.
  public var latencyCycles: Int
  public var latencyNanoseconds: Double
  public var initiationInterval: Int
  public var initiationIntervalNanoseconds: Double
  /// No clock was met by a router here.
  public var timing = "modelled, not routed"
  public var estimate: Resources
  public var processes: [Process]
  public var outputs: [Buffer]
  public var synthesis: SynthesisResult?
  /// Tells compilations apart; Verilog and emulator carry it too. Reports of earlier versions have none.
  public var stamp: Stamp?
  /// What Vivado's reports say; printed in the place of the estimates.
  public var vivado: VivadoReports?

  public init(_ design: DataflowDesign) {
    let graph = design.graph
    func buffer(_ edge: DataflowGraph.Edge) -> Buffer {
      Buffer(
        from: graph.streams[edge.stream].name, depth: edge.depth, width: edge.former.input.width)
    }
    network = design.network.name
    device = design.device.part
    family = design.device.family.rawValue
    clockMHz = design.options.clock
    latencyCycles = design.latency
    latencyNanoseconds = Double(design.latency) * 1000 / design.options.clock
    initiationInterval = design.interval
    initiationIntervalNanoseconds = Double(design.interval) * 1000 / design.options.clock
    processes = graph.processes.map { process in
      let edges = process.edges.map { graph.edges[$0] }
      return Process(
        name: process.layer.name, kind: process.layer.kind, nodes: process.layer.nodes.map(\.name),
        tokens: process.tokens, pixels: process.copies,
        interval: max(
          process.tokens * process.kernel.interval, edges.map { $0.former.schedule.steps }.max() ?? 0),
        latency: process.kernel.latency + (edges.map(\.former.latency).max() ?? 0),
        kernels: process.resources, windows: .sum(edges.map(\.former.resources)),
        buffers: .sum(edges.map(\.bufferResources)), depths: edges.map(buffer))
    }
    outputs = graph.outputs.map { output in
      var sent = buffer(graph.edges[output.edge])
      sent.from = output.name
      return sent
    }
    estimate = .sum(
      processes.flatMap { [$0.kernels, $0.windows, $0.buffers] }
        + graph.outputs.map { graph.edges[$0.edge].bufferResources })
    stamp = design.stamp
  }

  /// The report as a page of text.
  public func text(for device: Device) -> String {
    func line(_ label: String, _ value: String) -> String { "  " + label.padded(to: 26) + value }
    var lines = [
      "\(network) on \(self.device) at \(clockMHz) MHz, dataflow (\(timing))",
      line("latency", "\(latencyCycles) cycles, \((latencyNanoseconds * 100).rounded() / 100) ns"),
      line(
        "initiation interval",
        "\(initiationInterval) cycles, \((initiationIntervalNanoseconds * 100).rounded() / 100) ns"),
    ]
    lines += resourceLines(for: device).map { line($0.label, $0.value) }
    if let synthesis {
      lines.append(
        line(
          "Yosys",
          "\(synthesis.lookUpTables) LUT, \(synthesis.flipFlops) FF, \(synthesis.carries) carry blocks, \(synthesis.multipliers) DSP, \(synthesis.blockMemories) BRAM (\(synthesis.tool))"
        ))
    }
    lines += tableNote
    let heads = [
      "process", "kind", "tokens", "pixels", "II", "latency", "LUT", "FF", "DSP", "BRAM", "buffers",
    ]
    let rows = processes.map { process -> [String] in
      let all = Resources.sum([process.kernels, process.windows, process.buffers])
      return [
        process.name, process.kind, "\(process.tokens)", "\(process.pixels)", "\(process.interval)",
        "\(process.latency)", "\(all.lookUpTables)", "\(all.flipFlops)", "\(all.multipliers)",
        "\(all.blockMemories)",
        process.depths.map { "\($0.depth) × \($0.width) bits of \($0.from)" }.joined(separator: ", "),
      ]
    }
    let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max()! + 2 }
    for row in [heads] + rows {
      lines.append(
        "  " + zip(row, widths).map { $0.padded(to: $1) }.joined().trimmingCharacters(in: .whitespaces))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
