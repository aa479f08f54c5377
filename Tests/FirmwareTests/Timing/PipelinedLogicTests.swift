import Foundation
import Testing
@testable import WinnowFirmware
import WinnowFixedPoint
@testable import WinnowNetworkIR
import WinnowTensors

/// Where a tool is; the tests that need one that is nowhere are skipped.
private func tool(_ name: String) -> String? {
  ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/\(name)" }.first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}

@Suite struct PipelinedLogicTests {
  private static let rules: [PipelineRule] = [
    .levels(1), .levels(2), .levels(3), .levels(5), .clock(150), .clock(300), .levels(1000),
  ]

  private static func pipeline(_ netlist: Netlist, _ rule: PipelineRule, more: Int = 0) throws -> Pipeline {
    let model = DelayModel(
      lookUpTable: 0.3, carry: 0.002, multiplier: 1.5, registerOverhead: 0.3, maximumClock: 800)
    let least = try Pipeline(netlist, clock: 150, model: model, rule: rule)
    if more == 0 { return least }
    return try Pipeline(
      netlist, clock: 150, model: model, rule: rule, stageCount: least.stageCount + more)
  }

  private static let events = 64

  /// Random netlists with their pipelines; their vectors are written to the folder.
  private static func modules(in folder: URL) throws -> [VerilogModule] {
    try (1...UInt64(30)).map { seed in
      let netlist = RandomLogic.netlist(gates: 60, seed: seed)
      let rule = rules[Int(seed) % rules.count]
      let pipeline = try pipeline(netlist, rule, more: Int(seed / 7) % 3)
      let module = VerilogModule(netlist, pipeline, name: "random_\(seed)")
      try writeVectors(netlist.logic, module, seed: seed, to: folder)
      return module
    }
  }

  private static func inFolder(_ work: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-pipelined-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try work(folder)
  }

  private static func check(_ modules: [VerilogModule], _ log: String, _ language: String) {
    for module in modules {
      #expect(log.contains("\(module.moduleName): PASS"), "\(module.moduleName): \(log.prefix(2000))")
    }
    print("SIMULATED pipelined logic in \(language) \(modules.count * events) vectors")
  }

  /// Simulated integers equal the program's for every kind of gate and rule, and the latency holds.
  @Test(.enabled(if: tool("iverilog") != nil, "iverilog is not installed; pipelined logic was not simulated"))
  func verilogIsExact() throws {
    try Self.inFolder { folder in
      let modules = try Self.modules(in: folder)
      let benches = modules.map { Testbench(module: $0, vectors: Self.events).benchModule() }
      let text = (modules.map { $0.text() } + benches).joined() + Testbench.top(modules.map(\.moduleName))
      try Data(text.utf8).write(to: folder.appendingPathComponent("all.v"))
      let compiler = try #require(tool("iverilog"))
      _ = try Self.run(
        compiler, ["-g2001", "-s", "testbench", "-o", "simulator", "all.v"], in: folder)
      let log = try Self.run(compiler.replacing("iverilog", with: "vvp"), ["simulator"], in: folder)
      Self.check(modules, log, "Verilog")
    }
  }

  @Test(.enabled(if: tool("ghdl") != nil, "ghdl is not installed; pipelined logic in VHDL was not simulated"))
  func vhdlIsExact() throws {
    try Self.inFolder { folder in
      let modules = try Self.modules(in: folder)
      let entities = modules.map { VHDLModule($0.netlist, $0.pipeline, name: $0.moduleName) }
      let benches = entities.map { VHDLTestbench(module: $0, vectors: Self.events).benchEntity() }
      let text =
        (entities.map { $0.text() } + benches).joined(separator: "\n")
        + VHDLTestbench.top(entities.map(\.names.entity))
      try Data(text.utf8).write(to: folder.appendingPathComponent("all.vhd"))
      let ghdl = try #require(tool("ghdl"))
      _ = try Self.run(ghdl, ["-a", "--std=08", "all.vhd"], in: folder)
      _ = try Self.run(ghdl, ["-e", "--std=08", "testbench"], in: folder)
      let log = try Self.run(
        ghdl, ["-r", "--std=08", "testbench", "--ieee-asserts=disable-at-0"], in: folder)
      Self.check(modules, log, "VHDL")
    }
  }

  private static func run(_ program: String, _ arguments: [String], in folder: URL) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(program): \(text.prefix(2000))")
    return text
  }

  private static func writeVectors(
    _ logic: FixedPointProgram, _ module: VerilogModule, seed: UInt64, to folder: URL
  ) throws {
    var random = RandomStream(seed: seed, label: "events")
    var stimuli = Array(repeating: "", count: logic.inputs.count)
    var expected = Array(repeating: "", count: logic.outputs.count)
    for _ in 0..<events {
      let event = logic.inputs.map { port in
        port.types.map { type in
          let format = type.format
          let (low, high) = (Int(format.minimum), Int(format.maximum))
          return Int128([low, high, random.integer(in: low...high)][random.integer(in: 0...2)])
        }
      }
      for (index, port) in logic.inputs.enumerated() {
        stimuli[index] +=
          PackedWords.hexadecimal(event[index].map { Int64($0) }, widths: port.types.map(\.width)) + "\n"
      }
      let values = logic.evaluate(event)
      for (index, port) in logic.outputs.enumerated() {
        expected[index] +=
          PackedWords.hexadecimal(
            logic.read(port, from: values).map { Int64($0) },
            widths: port.formats.map { max($0.width, 1) }) + "\n"
      }
    }
    let files =
      stimuli.enumerated().map { (Testbench.stimulusFile(module.moduleName, $0), $1) }
      + expected.enumerated().map { (Testbench.expectedFile(module.moduleName, $0), $1) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
  }

  /// Every `reg` bit of the text is counted, and no other.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func registersAreCounted(seed: UInt64) throws {
    let netlist = RandomLogic.netlist(gates: 80, seed: seed)
    for rule in Self.rules {
      let pipeline = try Self.pipeline(netlist, rule)
      let text = VerilogModule(netlist, pipeline, name: "m").text()
      #expect(registerBits(in: text) == pipeline.registerBits)
      #expect(text == VerilogModule(netlist, try Self.pipeline(netlist, rule), name: "m").text())
    }
  }
}

/// The bits of every `reg` of a module, but for the valid chain.
func registerBits(in verilog: String) -> Int {
  verilog.split(separator: "\n").reduce(0) { sum, line in
    guard let match = line.firstMatch(of: /^ *reg (?:\[(\d+):(\d+)\] )?(\w+)/), match.3 != "valid" else {
      return sum
    }
    guard let high = match.1.flatMap({ Int($0) }), let low = match.2.flatMap({ Int($0) }) else {
      return sum + 1
    }
    return sum + high - low + 1
  }
}
