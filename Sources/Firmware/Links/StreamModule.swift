import WinnowFixedPoint
public import WinnowNetworkIR

/// A design behind AXI4-Stream: `NAME_stream`, one event a beat.
///
/// All inputs stand in `s_axis_tdata`, port after port and element after element from bit 0, all
/// outputs in `m_axis_tdata`; both are filled up to whole bytes. `tlast` goes through with its event.
/// The core cannot stop, so an event enters only when its result has a place to wait: nothing is lost
/// however long the receiver stalls, and an event a clock edge goes through where it does not. No
/// output depends on an input within a cycle.
public struct StreamModule: Sendable {
  let core: LinkedCore
  public let trigger: TriggerChoice?

  /// - Throws: ``NetworkError`` when the trigger names no element of the network.
  public init(_ design: Design, trigger: TriggerChoice? = nil) throws(NetworkError) {
    core = design.core
    self.trigger = trigger
    try trigger?.check(design.program)
  }

  public var name: String { "\(core.moduleName)_stream" }

  /// Bits of all inputs and of all outputs.
  public var inputBits: Int { core.inputPorts.map(core.inputWidth).reduce(0, +) }
  public var outputBits: Int { core.outputPorts.map(core.outputWidth).reduce(0, +) }
  /// Bits of the beats.
  public var inputBeat: Int { (inputBits + 7) / 8 * 8 }
  public var outputBeat: Int { (outputBits + 7) / 8 * 8 }

  /// Clock edges from a beat in to its result's beat out: the core, and the register where results
  /// wait; the trigger bit takes one more.
  public var latency: Int { core.latency + (trigger == nil ? 1 : 2) }

  /// Events on the way and waiting: what keeps an event a clock edge going.
  var places: Int { latency + 1 }

  /// The module; it instantiates the core, and the registers where there is a trigger.
  public var verilog: String {
    let lines = header() + input() + network() + output() + ["endmodule", ""]
    return lines.joined(separator: "\n")
  }

  private func header() -> [String] {
    var declared = [
      "  input  wire aclk", "  input  wire aresetn",
      "  input  wire [\(inputBeat - 1):0] s_axis_tdata", "  input  wire s_axis_tvalid",
      "  output wire s_axis_tready", "  input  wire s_axis_tlast",
      "  output wire [\(outputBeat - 1):0] m_axis_tdata", "  output wire m_axis_tvalid",
      "  input  wire m_axis_tready", "  output wire m_axis_tlast",
    ]
    if trigger != nil {
      // The trigger bit of the beat's event.
      declared += ["  output wire [0:0] m_axis_tuser"] + RegisterBlock.ports
    }
    return [
      "// \(name): \(core.moduleName) behind AXI4-Stream, one event a beat, latency \(latency) clock edges.",
      "// \(core.stamp.comment)",
      "// \(inputBits) bits in, \(outputBits) bits out, up to \(places) events on the way.",
      "`default_nettype none",
      "/* verilator lint_off UNUSED */  // bits that fill a byte",
      "module \(name) (", declared.joined(separator: ",\n"), ");",
      "  wire clock = aclk;", "  wire reset = ~aresetn;",
    ]
  }

  /// A beat that comes as the last place is taken waits in `skid`.
  private func input() -> [String] {
    let width = counterWidth(places)
    return [
      "", "  // Input: a beat enters the network when its result has a place",
      "  reg [\(width - 1):0] taken = \(width)'d0;  // places",
      "  wire room = taken != \(width)'d\(places);",
      "  reg ready = 1'b0;", "  reg skid_valid = 1'b0;", "  reg [\(inputBits):0] skid;",
      "  wire offered = s_axis_tvalid & ready;",
      "  wire [\(inputBits):0] head = skid_valid ? skid : {s_axis_tlast, s_axis_tdata[\(inputBits - 1):0]};",
      "  wire enters = (skid_valid | offered) & room & ~reset;",
      "  wire stays = (skid_valid | offered) & ~room;",
      "  wire leaves;",
      "  always @(posedge clock) begin",
      "    if (offered) skid <= {s_axis_tlast, s_axis_tdata[\(inputBits - 1):0]};",
      "    skid_valid <= ~reset & stays;",
      "    ready <= ~reset & ~stays;",
      "    if (reset) taken <= \(width)'d0;",
      "    else if (enters & ~leaves) taken <= taken + \(width)'d1;",
      "    else if (leaves & ~enters) taken <= taken - \(width)'d1;",
      "  end",
      "  assign s_axis_tready = ready;",
    ]
  }

  private func network() -> [String] {
    var lines = ["", "  // The network"]
    var connections = [".clock(clock)", ".valid_in(enters)", ".valid_out(core_valid)"]
    var low = 0
    for (index, port) in core.inputPorts.enumerated() {
      let width = core.inputWidth(port)
      connections.append(".\(core.inputName(index))(head[\(low + width - 1):\(low)])")
      low += width
    }
    lines.append("  wire core_valid;")
    for (index, port) in core.outputPorts.enumerated() {
      let width = core.outputWidth(port)
      lines.append("  wire \(width == 1 ? "" : "[\(width - 1):0] ")\(core.outputName(index));")
      connections.append(".\(core.outputName(index))(\(core.outputName(index)))")
    }
    lines += [
      "  \(core.moduleName) network (", "    " + connections.joined(separator: ",\n    "), "  );",
    ]
    // An event that a reset met in the core is not heard of again.
    lines += delayLines(
      ["flight": "enters", "lasts": "head[\(inputBits)]"], length: core.latency)
    let outputs = core.outputPorts.indices.reversed().map { core.outputName($0) }
    return lines + [
      "  wire result_valid = core_valid & flight[\(core.latency - 1)];",
      "  wire [\(outputBits):0] result = {\((["lasts[\(core.latency - 1)]"] + outputs).joined(separator: ", "))};",
    ]
  }

  /// Results wait in a memory as long as the receiver wants.
  private func output() -> [String] {
    let width = counterWidth(places)
    let place = counterWidth(places - 1)
    let bits = outputBits + (trigger == nil ? 1 : 2)
    var lines: [String] = []
    var (valid, value) = ("result_valid", "result")
    if let trigger {
      lines += ["  wire trigger_valid;", "  wire trigger;"]
      lines += trigger.instance(core, fault: "1'b0")
      lines += [
        "  reg [\(outputBits):0] judged;  // with its trigger bit, an edge later",
        "  always @(posedge clock) judged <= result;",
      ]
      (valid, value) = ("trigger_valid", "{trigger, judged}")
    }
    let filled = outputBeat - outputBits
    func next(_ pointer: String) -> String {
      "\(pointer) == \(place)'d\(places - 1) ? \(place)'d0 : \(pointer) + \(place)'d1"
    }
    lines += [
      "", "  // Output: results wait in order",
      "  reg [\(bits - 1):0] waiting [0:\(places - 1)];",
      "  reg [\(place - 1):0] write_place = \(place)'d0;",
      "  reg [\(place - 1):0] read_place = \(place)'d0;",
      "  reg [\(width - 1):0] stored = \(width)'d0;",
      "  wire [\(bits - 1):0] next = waiting[read_place];",
      "  assign m_axis_tvalid = stored != \(width)'d0;",
      "  assign m_axis_tdata = \(filled > 0 ? "{\(filled)'d0, next[\(outputBits - 1):0]}" : "next[\(outputBits - 1):0]");",
      "  assign m_axis_tlast = next[\(outputBits)];",
      "  assign leaves = m_axis_tvalid & m_axis_tready;",
    ]
    if trigger != nil { lines.append("  assign m_axis_tuser = next[\(outputBits + 1)];") }
    return lines + [
      "  always @(posedge clock) begin",
      "    if (\(valid)) waiting[write_place] <= \(value);",
      "    if (reset) begin",
      "      write_place <= \(place)'d0;", "      read_place <= \(place)'d0;",
      "      stored <= \(width)'d0;", "    end else begin",
      "      if (\(valid)) write_place <= \(next("write_place"));",
      "      if (leaves) read_place <= \(next("read_place"));",
      "      if (\(valid) & ~leaves) stored <= stored + \(width)'d1;",
      "      else if (leaves & ~\(valid)) stored <= stored - \(width)'d1;", "    end", "  end",
    ]
  }
}
