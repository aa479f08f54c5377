import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// What a folded or dataflow run hands over, as the commands write and read it.
@Suite struct StreamHandOverTests {
  private static let network = Network(
    name: "handed", inputs: [.init("x", TensorType([5], .float32))],
    constants: ["w": Tensor([5, 2], .fixed([3, -2, 1, 5, 6, -7, 2, 2, -1, 4], fraction: 2))],
    nodes: [
      Node("input", Quantize(FixedPointType(signed: true, width: 14, integer: 8)), "x"),
      Node("score", Dense(), "input", "w"),
    ], outputs: ["score"])
  private static let options = FirmwareOptions(clock: 240)

  private static func write(
    _ style: FirmwareStyle, to run: String, board: (CompiledFirmware) throws -> BoardFiles? = { _ in nil }
  ) throws -> CompiledFirmware {
    let compiled = try CompiledFirmware(network, options: options, style: style)
    try RunDirectory(run).write(
      compiled, options: options, style: style, report: CompiledReport(compiled),
      board: board(compiled), command: ["test"], model: "test")
    return compiled
  }

  private static let utilization = """
    | Tool Version : Vivado v.2023.2
    | Command      : report_utilization -file vivado_utilization.txt
    | Device       : xcvu9p-flgb2104-2-e
    | Design State : Routed

    |         Site Type          | Used | Available |
    | CLB LUTs                   |  123 |   1182240 |
    | CLB Registers              |   45 |   2364480 |
    | Block RAM Tile             |    0 |      2160 |
    | DSPs                       |    6 |      6840 |

    """

  /// As Vivado lays a summary out; the numbers stand for nothing.
  private static let timing = """
    | Tool Version : Vivado v.2023.2
    | Command      : report_timing_summary
    | Design State : Routed

    ------------------------------------------------------------------------------------------------
    | Design Timing Summary
    | ---------------------
    ------------------------------------------------------------------------------------------------

        WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints
        -------      -------  ---------------------  -------------------
          0.250        0.000                      0                  100

    ------------------------------------------------------------------------------------------------
    | Clock Summary
    | -------------
    ------------------------------------------------------------------------------------------------

    Clock  Waveform(ns)         Period(ns)      Frequency(MHz)
    -----  ------------         ----------      --------------
    clock  {0.000 2.083}        4.166           240.038

    ------------------------------------------------------------------------------------------------
    | Intra Clock Table
    | -----------------
    ------------------------------------------------------------------------------------------------

    Clock             WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints
    -----             -------      -------  ---------------------  -------------------
    clock               0.250        0.000                      0                  100

    """

  @Test(arguments: [
    FirmwareStyle.parallel, .folded(.uniform(5), products: .cheapest), .dataflow(DataflowOptions()),
  ])
  func theFolderIsWhole(style: FirmwareStyle) async throws {
    try await withTemporaryFolder { folder in
      let run = RunDirectory("\(folder)/run")
      let compiled = try Self.write(style, to: run.path)
      let files = try run.description().files
      for file in [
        "rtl/handed.v", "rtl/handed_testbench.v", "emulator/handed.h", "emulator/handed_model.cpp",
        "emulator/Makefile", "scripts/constraints.xdc", "scripts/build.tcl", "scripts/project.tcl",
        "reports/report.json",
      ] { #expect(files.contains("firmware/\(file)"), "\(file)") }
      let stamp = try #require(try Stamp.check(folder: run.firmware))
      #expect(compiled.verilog.contains("\(stamp)"))

      try AtomicFile.write(Array(Self.utilization.utf8), to: "\(folder)/use.txt")
      try AtomicFile.write(Array(Self.timing.utf8), to: "\(folder)/timing.txt")
      let text = try run.replaceEstimates(withVivado: folder)
      #expect(text.contains("123 of 1182240") && text.contains("routed by Vivado v.2023.2"))
      let written = try InputFile.read(run.firmware + "/reports/report.txt")
      #expect(String(decoding: written, as: UTF8.self) == text)
      // The stamp and the model's figures are still there.
      #expect(try Stamp.check(folder: run.firmware) == stamp)
    }
  }

  /// A folded network's run has a link map, and its pattern files give the engine's answers.
  @Test func aFoldedRunHasPatternFiles() async throws {
    try await withTemporaryFolder { folder in
      let run = folder + "/run"
      let compiled = try Self.write(.folded(.uniform(5), products: .cheapest), to: run) { compiled in
        let design = try #require(compiled.linked)
        let map = LinkMap(template: design.program, clock: 240)
        return BoardFiles(nil, links: try LinkFiles(design, map: map))
      }
      let design = try #require(compiled.linked)
      let patterns = try BoardPatterns(run: run)
      let vectors = compiled.vectors(count: 20, seed: 2)
      let answers = try IntegerEngine(design.program).run(vectors.inputs, events: 20)
      let output = PacketWriter(patterns.layout, .output).pattern(events: 20) { event in
        [Array(answers[0][2 * event..<2 * event + 2])]
      }
      let input = try PatternFile(text: patterns.text(of: vectors, format: .emp2))
      #expect(try patterns.check(input: input, output: output).isEqual)
      guard isInstalled("verilator") else {
        return print("verilator is not installed; the payload was not simulated")
      }
      let results = try await BoardPatterns.simulatePayload(
        of: run, design, events: vectors, answers: answers, in: folder)
      #expect(!results.isEmpty && results.allSatisfy { $0.result.isEqual && $0.result.events == 20 })
      print("SIMULATED \(compiled.name)_payload 20 vectors")
    }
  }
}
