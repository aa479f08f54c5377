import Foundation
public import WinnowNetworkIR
import WinnowTensors

/// Simulates payloads with what is on their links: a board test without a board.
public struct PayloadBench: Sendable {
  public let design: any LinkedDesign
  public let payload: PayloadModule
  /// What the input links carry.
  public var pattern: PatternFile
  /// The network's Verilog as it lies on disk; its own where nothing is said.
  public var core: String?
  /// The payload's Verilog; its own unless it was read from a file.
  public var verilog: String
  /// That of its registers, where it has any.
  public var registers: String?

  /// - Throws: ``NetworkError`` when the pattern lacks an input link.
  public init(
    _ design: any LinkedDesign, _ payload: PayloadModule, pattern: PatternFile
  ) throws(NetworkError) {
    for link in payload.layout.inputLinks { _ = try pattern.required(link) }
    self.design = design
    self.payload = payload
    self.pattern = pattern
    verilog = payload.verilog
    registers = payload.trigger.map {
      RegisterBlock(name: "\(design.name)_registers", choice: $0).verilog
    }
  }

  /// Edges until the last result has left.
  private var edges: Int {
    pattern.count + payload.core.latency + (PayloadModule.queueDepth + 2) * payload.layout.outputFrames
      + 4
  }

  private var stimulusFile: String { "\(payload.name)_links.hex" }
  private var resultFile: String { "\(payload.name)_links.txt" }

  /// One line an edge: five flags and 64 bits a link, in 18 digits, the first link lowest.
  private func stimulus() throws -> [UInt8] {
    let columns = try payload.layout.inputLinks.map { try pattern.required($0) }
    var text = ""
    for edge in 0..<edges {
      for column in columns.reversed() {
        let frame = edge < column.count ? column[edge] : LinkFrame()
        let flags =
          (frame.isValid ? 1 : 0) | (frame.startsPacket ? 2 : 0) | (frame.startsOrbit ? 4 : 0)
          | (frame.strobe ? 8 : 0)
        let data = String(frame.data, radix: 16)
        text += "0\(String(flags, radix: 16))" + String(repeating: "0", count: 16 - data.count) + data
      }
      text += "\n"
    }
    return Array(text.utf8)
  }

  private func module() -> String {
    let inputs = payload.layout.inputLinks
    let outputs = payload.layout.outputLinks
    var connections = [".clock(clock)", ".reset(reset)", ".lost(lost)"]
    var declarations: [String] = []
    for (place, link) in inputs.enumerated() {
      let name = "link_in_\(link)"
      let low = 72 * place
      connections += [
        ".\(name)_data(stimulus[\(low + 63):\(low)])", ".\(name)_valid(stimulus[\(low + 64)])",
        ".\(name)_start(stimulus[\(low + 65)])", ".\(name)_orbit(stimulus[\(low + 66)])",
        ".\(name)_strobe(stimulus[\(low + 67)])",
      ]
    }
    let flags = ["orbit", "start", "end", "valid", "strobe"]
    for link in outputs {
      let name = "link_out_\(link)"
      declarations.append("  wire [63:0] \(name)_data;")
      connections.append(".\(name)_data(\(name)_data)")
      for flag in flags {
        declarations.append("  wire \(name)_\(flag);")
        connections.append(".\(name)_\(flag)(\(name)_\(flag))")
      }
    }
    if registers != nil {
      connections += [
        ".trigger_valid(trigger_valid)", ".trigger(trigger)", ".s_axi_awvalid(1'b0)",
        ".s_axi_awaddr(6'd0)", ".s_axi_wvalid(1'b0)", ".s_axi_wdata(32'd0)", ".s_axi_wstrb(4'd0)",
        ".s_axi_bready(1'b1)", ".s_axi_arvalid(1'b0)", ".s_axi_araddr(6'd0)", ".s_axi_rready(1'b1)",
      ]
      declarations.append("  wire trigger_valid;\n  wire trigger;")
    } else {
      declarations.append("  wire trigger_valid = 1'b0;\n  wire trigger = 1'b0;")
    }
    let values = outputs.map { link in
      (flags.map { "link_out_\(link)_\($0)" } + ["link_out_\(link)_data"]).joined(separator: ", ")
    }
    let format = outputs.map { _ in "%b%b%b%b%b %h" }.joined(separator: " ")
    return """
      module \(payload.name)_bench (output reg done);
        reg clock = 1'b0;
        always #1 clock = ~clock;
        reg reset = 1'b0;
        reg [\(72 * inputs.count - 1):0] stimuli [0:\(edges - 1)];
        reg [\(72 * inputs.count - 1):0] stimulus;
        integer edge_index;
        integer results;
        wire lost;
      \(declarations.joined(separator: "\n"))
        \(payload.name) payload (
          \(connections.joined(separator: ",\n    "))
        );
        initial begin
          done = 1'b0;
          $readmemh("\(stimulusFile)", stimuli);
          results = $fopen("\(resultFile)", "w");
          stimulus = \(72 * inputs.count)'d0;
          for (edge_index = 0; edge_index < \(edges); edge_index = edge_index + 1) begin
            @(negedge clock);
            stimulus = stimuli[edge_index];
            #0.5 $fdisplay(results, "%b%b%b \(format)", lost, trigger_valid, trigger, \(values.joined(separator: ", ")));
          end
          $fclose(results);
          done = 1'b1;
        end
      endmodule

      """
  }

  /// What came out.
  public struct Outcome: Sendable {
    /// The output links, from the first edge of the input pattern on.
    public var pattern: PatternFile
    /// Edges at which `lost` was high.
    public var faults: Int
    /// The trigger bit of each event, in order.
    public var triggers: [Bool]
  }

  /// Builds one simulator for all benches and runs it.
  ///
  /// - Parameters:
  ///   - folder: an existing folder; everything is written there.
  ///   - simulator: Verilator, which lints first, or Icarus Verilog.
  /// - Throws: ``ToolError`` when the simulator is missing or its lint or build fails.
  public static func run(
    _ benches: [PayloadBench], in folder: String, simulator: VerilogSimulator = .verilator
  ) async throws -> [Outcome] {
    var sources: [String] = []
    func write(_ text: String, _ name: String) throws {
      if sources.contains(name) { return }
      try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(name)")
      sources.append(name)
    }
    var top = "`timescale 1ns / 1ps\n`default_nettype none\n"
    for bench in benches {
      try write(bench.core ?? bench.design.verilog, "\(bench.design.name).v")
      try write(bench.verilog, "\(bench.payload.name).v")
      if let registers = bench.registers {
        try write(registers, "\(bench.design.name)_registers.v")
      }
      try AtomicFile.write(bench.stimulus(), to: "\(folder)/\(bench.stimulusFile)")
      top += bench.module()
    }
    let names = benches.map(\.payload.name)
    let modules = sources
    top += Testbench.top(names)
    try AtomicFile.write(Array(top.utf8), to: "\(folder)/testbench.v")
    try await simulator.run(modules, tops: names, in: folder)
    return try benches.map { try $0.outcome(in: folder) }
  }

  private func outcome(in folder: String) throws -> Outcome {
    let text = String(decoding: try InputFile.read("\(folder)/\(resultFile)"), as: UTF8.self)
    let links = payload.layout.outputLinks
    var outcome = Outcome(
      pattern: PatternFile(board: "", links: links, frames: links.map { _ in [] }), faults: 0,
      triggers: [])
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let marks = Array(words[0].utf8).map { $0 == UInt8(ascii: "1") }
      guard words.count == 1 + 2 * links.count, marks.count == 3 else {
        throw ToolError(message: "the simulator of \(payload.name) wrote '\(line)'")
      }
      if marks[0] { outcome.faults += 1 }
      if marks[1] { outcome.triggers.append(marks[2]) }
      for place in links.indices {
        let flags = Array(words[1 + 2 * place].utf8).map { $0 == UInt8(ascii: "1") }
        // A word that is not known is as good as none; it differs from what is expected.
        let data = UInt64(words[2 + 2 * place], radix: 16)
        outcome.pattern.frames[place].append(
          LinkFrame(
            data: data ?? 0, isValid: flags[3] && data != nil, startsPacket: flags[1],
            endsPacket: flags[2], startsOrbit: flags[0], strobe: flags[4]))
      }
    }
    outcome.pattern.board = payload.layout.map.board
    return outcome
  }
}
