import Foundation
import Testing
import WinnowFirmware
import WinnowNetworkIR
import WinnowTestSupport

@Suite struct VerilogTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  /// `RECORD_SNAPSHOTS=1` rewrites the files, and fails.
  @Test(arguments: [("two_two_one", 200.0), ("two_two_one_fast", 350.0)])
  func textIsAsRecorded(_ name: String, _ clock: Double) throws {
    let design = try Design(Tiny.twoTwoOne, options: FirmwareOptions(clock: clock))
    // The stamp changes with every version and option; it is tested by itself.
    let text = design.verilog.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains(design.stamp.description) }.joined(separator: "\n")
    let file = Self.folder.appendingPathComponent("\(name).v")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      Issue.record("recorded \(file.path)")
    }
    let recorded = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(recorded.utf8.count < 64 << 10)
    let lines = zip(text.split(separator: "\n"), recorded.split(separator: "\n"))
    if let (found, expected) = lines.first(where: { $0 != $1 }) {
      Issue.record("\(name).v differs first where it has\n\(found)\nnot\n\(expected)")
    }
    #expect(text == recorded)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func compilingAgainGivesTheSameBytes(_ seed: UInt64) throws {
    let random = RandomNetwork(seed: seed)
    let first = try random.design()
    let second = try RandomNetwork(seed: seed).design()
    #expect(first.verilog == second.verilog)
    #expect(first.netlist.names == second.netlist.names)
  }

  /// Odd names: lint, simulation and emulator of every one.
  @Test(
    .tags(.simulator),
    .enabled(if: isInstalled("verilator"), "verilator is not installed; odd names were not simulated"))
  func oddNamesCompile() async throws {
    let networks = try Tiny.oddNames.map { names in
      try ComparedNetwork(
        Design(Tiny.named(names), options: FirmwareOptions(clock: 400)), events: 64, seed: 1)
    }
    for network in networks { try network.compareInProcess() }
    try await withTemporaryFolder { folder in
      let benches = networks.map {
        Simulation.Bench($0.design, vectors: $0.vectors, expected: $0.expected)
      }
      for (network, outcome) in zip(networks, try await Simulation.run(benches, in: folder)) {
        #expect(outcome.passed, "\(outcome.message)")
        try network.check("Verilog", outcome.outputs)
      }
    }
    try await withTemporaryFolder { folder in
      for (network, found) in zip(networks, try EmulatorBatch(networks).run(in: folder)) {
        try network.check("C++ emulator", found.map { $0.map(Optional.some) })
      }
    }
  }

  /// Another reader of the language: Yosys takes the modules and finds no fault in them.
  @Test(.enabled(if: isInstalled("yosys"), "yosys is not installed; the Verilog was not read by it"))
  func yosysReadsModules() async throws {
    try await withTemporaryFolder { folder in
      var script = ""
      for seed in 200..<UInt64(212) {
        let design = try RandomNetwork(seed: seed).design()
        try Data(design.verilog.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(design.name).v"))
        script +=
          "read_verilog \(design.name).v; hierarchy -check -top \(design.name); proc; check -assert; design -reset\n"
      }
      try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/check.ys"))
      try runTool("yosys", ["-q", "-s", "check.ys"], in: folder)
    }
  }

  /// The lint is real: a fault in any of several modules stops the simulation.
  @Test(
    .tags(.simulator),
    .enabled(if: isInstalled("verilator"), "verilator is not installed; the lint was not tried"),
    arguments: [0, 1, 2])
  func lintSeesEveryModule(_ faulty: Int) async throws {
    var benches: [Simulation.Bench] = []
    for seed in 1...UInt64(3) {
      var network = Tiny.dense(inputs: 3, outputs: 2, seed: seed)
      network.name = "lint_\(seed)"
      let compared = try ComparedNetwork(Design(network), events: 12, seed: 1)
      benches.append(
        Simulation.Bench(
          compared.design, vectors: compared.vectors, expected: compared.expected))
    }
    // A wire of three bits that is given two.
    benches[faulty].verilog = benches[faulty].verilog.replacing(
      "endmodule", with: "  wire [2:0] fault = 2'd1;\nendmodule")
    let given = benches
    await #expect(throws: ToolError.self) {
      try await withTemporaryFolder { folder in _ = try await Simulation.run(given, in: folder) }
    }
  }
}
