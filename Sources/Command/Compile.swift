import ArgumentParser
import Foundation
import Winnow

struct Compile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compile a quantised network to Verilog, emulator, testbench and vectors.",
    discussion: """
      Example:
        winnow compile Examples/first-light/encoder.onnx \\
          -o build/encoder --clock 200 --device xcvu9p
      """)

  @Argument(help: "The network: ONNX, QONNX, or an hls4ml model description.")
  var model: String

  @Option(name: [.short, .customLong("output")], help: "The folder to write.")
  var output: String?

  @Option(parsing: .unconditional, help: "The clock, MHz.")
  var clock: Double = 200

  @Option(help: "The device, or the start of its part number; see 'winnow devices'.")
  var device: String = "xcvu9p"

  @OptionGroup var styles: StyleOptions

  @Option(parsing: .unconditional, help: "Adder levels above the least possible that sharing may use.")
  var extraDepth: Int = 0

  @Option(
    parsing: .unconditional,
    help: "Search for less logic: 0 (none), 1 (a second), 2 (ten seconds), 3 (a minute).")
  var effort: Int = 1

  @Option(
    parsing: .unconditional,
    help: "Instead of --effort: seconds of a core, counted in steps, the same logic everywhere.")
  var search: Double?

  @Option(
    parsing: .unconditional,
    help: "Parallel: cut stages by levels of adders, as peers do, and not by the clock.")
  var addersPerStage: Int?

  enum Goal: String, ExpressibleByArgument, CaseIterable { case latency, area }

  @Option(help: "Parallel: fewest stages, or fewest flip-flops with up to four more.")
  var goal: Goal = .latency

  @Option(help: "A delay model that 'winnow fit-delays' wrote.")
  var delays: String?

  @Option(parsing: .unconditional, help: "Seed of the vectors and of the search.")
  var seed: UInt64 = 1

  @Flag(help: "Count cells with Yosys.")
  var synthesize = false

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup var board: BoardOptions
  @OptionGroup var symbols: SymbolOptions

  func validate() throws {
    guard output != nil || board.ioTemplate != nil else {
      throw ValidationError("Missing expected argument '--output <output>'")
    }
    guard (0...16).contains(extraDepth) else {
      throw ValidationError("--extra-depth takes 0 to 16, not \(extraDepth).")
    }
    guard SearchEffort(rawValue: effort) != nil else {
      throw ValidationError("--effort takes 0 to 3, not \(effort).")
    }
    if let search, !(0...86_400).contains(search) {
      throw ValidationError("--search takes 0 to 86400 seconds, not \(search).")
    }
    guard clock.isFinite, clock > 0 else {
      throw ValidationError("--clock takes a frequency in MHz above 0, not \(clock).")
    }
    if let addersPerStage, addersPerStage < 1 {
      throw ValidationError("--adders-per-stage takes 1 or more levels, not \(addersPerStage).")
    }
    try board.validate(for: styles.style)
    if styles.style == .folded || styles.style == .dataflow {
      for (name, isGiven) in [("--adders-per-stage", addersPerStage != nil), ("--goal", goal != .latency)]
      where isGiven {
        throw ValidationError("\(name) is for --style parallel; leave it out.")
      }
    }
    guard Device.named(device) != nil else {
      throw ValidationError(
        "--device \(device) is not known, or stands for several; 'winnow devices' lists them.")
    }
  }

  func run() async throws {
    let progress = Progress(silent: json)
    let output = output ?? ""
    let run = RunDirectory(output)
    if board.ioTemplate == nil { try run.checkWritable() }
    progress("reading \(model)")
    let network = try symbols.network(model)
    var options = FirmwareOptions(
      clock: clock, part: Device.named(device)!.part, extraDepth: extraDepth,
      effort: SearchEffort(rawValue: effort)!, seed: seed)
    options.search = search
    options.addersPerStage = addersPerStage
    options.goal = PipelineGoal(rawValue: goal.rawValue)!
    options.delays = try delays.map { try DelayModel(contentsOf: $0) }
    if let template = board.ioTemplate {
      let program = try FixedPointProgram(network.bindingBatch()).prunedToOutputs()
      let map = LinkMap(template: program, clock: clock)
      try AtomicFile.write(Array(map.yaml.utf8), to: template)
      progress.finish()
      return print("written to \(template)")
    }
    // A budget is found by trying many designs.
    if styles.maxDsp != nil || styles.maxLut != nil { options.search = 0 }
    let style = try styles.resolved(for: network, options) { progress($0) }
    try board.check(style)
    try board.checkLinks(of: network, clock: clock)
    if synthesize { try await ExternalTool.yosys.check() }
    progress("compiling \(network.name), \(style.name)")
    let compiled = try CompiledFirmware(network, options: options, style: style) { done in
      progress.passing("compiling \(network.name): \(Int(100 * done)) % of the search for less logic")
    }
    var report = CompiledReport(compiled)
    if synthesize {
      progress("synthesising with Yosys")
      report.synthesis = try await ScratchFolder.with { try await compiled.synthesize(in: $0) }
    }
    progress("writing \(output)")
    let files = try board.files(for: compiled)
    try run.write(
      compiled, options: options, style: style, report: report, board: files,
      command: ["winnow"] + CommandLine.arguments.dropFirst(), model: model)
    progress.finish()
    if json {
      try printJSON(report)
    } else {
      print(report.text + (files?.text ?? ""), terminator: "")
      print("written to \(output)")
    }
  }
}
