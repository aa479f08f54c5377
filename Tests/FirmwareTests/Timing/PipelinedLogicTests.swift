import Foundation
import Testing
@testable import WinnowFirmware
import WinnowFixedPoint
@testable import WinnowNetworkIR
import WinnowTensors

private let iverilog = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].first {
  FileManager.default.isExecutableFile(atPath: "\($0)/iverilog")
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

  /// Simulated integers equal the program's for every kind of gate and rule, and the latency holds.
  @Test(.enabled(if: iverilog != nil, "iverilog is not installed; pipelined logic was not simulated"))
  func simulatedLogicIsExact() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-pipelined-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let events = 64
    var sources = ""
    var names: [String] = []
    for seed in 1...UInt64(30) {
      let netlist = RandomLogic.netlist(gates: 60, seed: seed)
      let rule = Self.rules[Int(seed) % Self.rules.count]
      let pipeline = try Self.pipeline(netlist, rule, more: Int(seed / 7) % 3)
      let module = VerilogModule(netlist, pipeline, name: "random_\(seed)")
      sources += module.text() + Testbench(module: module, vectors: events).benchModule()
      names.append(module.moduleName)
      try Self.writeVectors(netlist.logic, module, events: events, seed: seed, to: folder)
    }
    sources += Testbench.top(names)
    try Data(sources.utf8).write(to: folder.appendingPathComponent("all.v"))
    _ = try Self.run(
      iverilog! + "/iverilog", ["-g2001", "-s", "testbench", "-o", "simulator", "all.v"], in: folder)
    let log = try Self.run(iverilog! + "/vvp", ["simulator"], in: folder)
    for name in names { #expect(log.contains("\(name): PASS"), "\(name): \(log.prefix(2000))") }
    print("SIMULATED pipelined logic \(names.count * events) vectors")
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
    _ logic: FixedPointProgram, _ module: VerilogModule, events: Int, seed: UInt64, to folder: URL
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
