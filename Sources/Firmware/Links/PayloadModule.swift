import WinnowFixedPoint
public import WinnowNetworkIR

/// The Verilog between a board's links and a design: `NAME_payload`.
///
/// Input packets are collected until an event is complete, the event goes to the core, and its result
/// leaves as a packet. The core takes an event at any edge, so several are in flight where packets
/// follow one another faster than the core's latency. A link is 64 data bits and the flags valid,
/// start (of packet), end (of packet, outputs only), orbit (start of) and strobe; a frame whose strobe
/// is low is not there.
///
/// Packets must begin on all input links at the same edge. Then frames may pause on any link: the
/// event is complete with the last frame of the last link. A packet that is cut short, or missing on
/// a link, is dropped with its event, and `lost` is high for an edge; the next one is taken in full.
public struct PayloadModule: Sendable {
  public let layout: LinkLayout
  let core: VerilogModule
  /// Edges of the core from inputs to outputs.
  let coreLatency: Int
  let stamp: Stamp
  /// Registers for a threshold and counters; none where nothing is said.
  public let trigger: TriggerChoice?

  /// - Throws: ``NetworkError`` when the output packets do not fit the period, or the links are
  ///   clocked faster than the design.
  public init(
    _ design: Design, _ layout: LinkLayout, trigger: TriggerChoice? = nil
  ) throws(NetworkError) {
    self.layout = layout
    self.trigger = trigger
    core = VerilogModule(design.netlist, design.pipeline, name: design.name)
    coreLatency = design.pipeline.latency
    stamp = design.stamp
    try trigger?.check(design.program)
    try layout.check(designClock: design.options.clock)
  }

  public var name: String { "\(core.moduleName)_payload" }

  /// Where results may come faster than their packets leave, some wait.
  var queues: Bool { layout.inputFrames < layout.outputFrames }
  static let queueDepth = 4

  /// The module; it instantiates the core, whose own file must be read too.
  public var verilog: String {
    var lines = header() + ports()
    lines += deserialiser() + coreInstance() + serialiser()
    if let trigger { lines += trigger.instance(core, fault: "lost") }
    lines += ["endmodule", ""]
    return lines.joined(separator: "\n")
  }

  private func header() -> [String] {
    let map = layout.map
    let latency = latency
    return [
      "// \(name): \(core.moduleName) between links, \(map.framesPerCrossing) frames a crossing, a packet every \(map.tmux) crossings.",
      "// From the first frame in to the first frame out \(latency.cycles) clock edges, \(latency.crossingsText) crossings.",
      "// \(stamp.comment)",
      "`default_nettype none",
      "/* verilator lint_off UNUSED */  // frames hold bits that no element uses",
    ]
  }

  private func ports() -> [String] {
    var declared = ["  input  wire clock", "  input  wire reset"]
    for link in layout.inputLinks {
      let name = "link_in_\(link)"
      declared += [
        "  input  wire [63:0] \(name)_data", "  input  wire \(name)_valid",
        "  input  wire \(name)_start", "  input  wire \(name)_orbit", "  input  wire \(name)_strobe",
      ]
    }
    for link in layout.outputLinks {
      let name = "link_out_\(link)"
      declared += [
        "  output reg  [63:0] \(name)_data", "  output reg  \(name)_valid",
        "  output reg  \(name)_start", "  output reg  \(name)_end", "  output reg  \(name)_orbit",
        "  output wire \(name)_strobe",
      ]
    }
    declared.append("  output wire lost")
    if trigger != nil { declared += TriggerChoice.ports }
    return ["module \(name) (", declared.joined(separator: ",\n"), ");"]
  }

  /// The core with its ports as vectors of the elements' wires.
  private func coreInstance() -> [String] {
    let logic = core.netlist.logic
    var lines = ["", "  // The network"]
    var connections = [
      ".clock(clock)", ".valid_in(event_complete)", ".valid_out(core_valid)",
    ]
    for (index, port) in logic.inputs.enumerated() {
      let elements = layout.inputs.filter { $0.port == index }.map { elementName($0) }
      lines += [
        "  wire \(bits(core.inputWidth(port)))\(core.inputName(index)) = "
          + (elements.isEmpty ? "1'b0" : concatenation(elements)) + ";"
      ]
      connections.append(".\(core.inputName(index))(\(core.inputName(index)))")
    }
    lines.append("  wire core_valid;")
    for (index, port) in logic.outputs.enumerated() {
      lines.append("  wire \(bits(core.outputWidth(port)))\(core.outputName(index));")
      connections.append(".\(core.outputName(index))(\(core.outputName(index)))")
    }
    lines += [
      "  \(core.moduleName) network (", "    " + connections.joined(separator: ",\n    "), "  );",
    ]
    // An event that a reset met in the core is not heard of again; the mark of an orbit's first event
    // goes along with it.
    lines += delayLines(
      ["flight": "event_complete", "orbits": "event_orbit"], length: coreLatency)
    lines += [
      "  wire result_valid = core_valid & flight[\(coreLatency - 1)];",
      "  wire result_orbit = orbits[\(coreLatency - 1)];",
    ]
    return lines
  }

  /// The wire of an input element as the event is complete.
  func elementName(_ placement: LinkPlacement) -> String {
    "e_\(core.inputName(placement.port))_\(placement.element)"
  }

  /// The bits of an output element at the core.
  func resultBits(_ placement: LinkPlacement) -> String {
    let port = core.netlist.logic.outputs[placement.port]
    let name = core.outputName(placement.port)
    if core.outputWidth(port) == 1 { return name }
    let low = port.formats[..<placement.element].map { max($0.width, 1) }.reduce(0, +)
    return placement.width == 1 ? "\(name)[\(low)]" : "\(name)[\(low + placement.width - 1):\(low)]"
  }

  func bits(_ width: Int) -> String { width == 1 ? "" : "[\(width - 1):0] " }

  /// Elements from the lowest up as one vector.
  func concatenation(_ elements: [String]) -> String {
    elements.count == 1
      ? elements[0] : "{\n    " + elements.reversed().joined(separator: ",\n    ") + "}"
  }
}

/// Shift registers that a reset clears.
func delayLines(_ lines: KeyValuePairs<String, String>, length: Int) -> [String] {
  lines.flatMap { name, source in
    [
      "  reg [\(length - 1):0] \(name) = \(length)'d0;",
      "  always @(posedge clock)",
      "    if (reset) \(name) <= \(length)'d0;",
      "    else \(name) <= \(length > 1 ? "{\(name)[\(length - 2):0], \(source)}" : source);",
    ]
  }
}

/// Bits of a counter that holds 0 to `last`.
func counterWidth(_ last: Int) -> Int { max(1, Int.bitWidth - last.leadingZeroBitCount) }
