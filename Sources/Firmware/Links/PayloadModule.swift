import WinnowFixedPoint
public import WinnowNetworkIR

/// The Verilog between a board's links and a design: `NAME_payload`.
///
/// Input packets are collected until an event is complete, the event goes to the core, and its result
/// leaves as a packet. A parallel core takes an event at any edge, so several are in flight where packets
/// follow one another faster than the core's latency; a folded one takes an event every few edges, and
/// one that comes sooner is dropped, and `lost` is high. A link is 64 data bits and the flags valid,
/// start (of packet), end (of packet, outputs only), orbit (start of) and strobe; a frame whose strobe
/// is low is not there.
///
/// Packets must begin on all input links at the same edge. Then frames may pause on any link: the
/// event is complete with the last frame of the last link. A packet that is cut short, or missing on
/// a link, is dropped with its event, and `lost` is high for an edge; the next one is taken in full.
public struct PayloadModule: Sendable {
  public let layout: LinkLayout
  let core: LinkedCore
  /// Registers for a threshold and counters; none where nothing is said.
  public let trigger: TriggerChoice?

  /// - Throws: ``NetworkError`` when packets come faster than the design takes events, or the links are
  ///   clocked faster than the design.
  public init(
    _ design: any LinkedDesign, _ layout: LinkLayout, trigger: TriggerChoice? = nil
  ) throws(NetworkError) {
    self.layout = layout
    self.trigger = trigger
    core = design.core
    try trigger?.check(design.program)
    try layout.check(designClock: core.clock)
    guard layout.map.period >= core.interval else {
      throw NetworkError(
        "the links bring a packet every \(layout.map.period) clock edges, but the design takes an event every \(core.interval); compile it with --ii \(layout.map.period), or give the map a longer tmux"
      )
    }
  }

  public var name: String { "\(core.moduleName)_payload" }

  /// Where results may come faster than their packets leave, some wait.
  var queues: Bool { max(layout.inputFrames, core.interval) < layout.outputFrames }
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
      "// \(core.stamp.comment)",
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

  /// The wire of an input element as the event is complete.
  func elementName(_ placement: LinkPlacement) -> String {
    "e_\(core.inputName(placement.port))_\(placement.element)"
  }

  /// The bits of an output element at the core.
  func resultBits(_ placement: LinkPlacement) -> String {
    let port = core.outputPorts[placement.port]
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
