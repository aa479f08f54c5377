import ArgumentParser
import Foundation
import Winnow

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prove interpreter, integer engine, C++ emulator and simulated Verilog equal.",
    discussion: """
      Example, after 'winnow compile … -o build/encoder':
        winnow verify build/encoder --vectors 10000
      """)

  @Argument(help: "A folder that 'winnow compile' wrote.")
  var folder: String

  @Option(
    parsing: .unconditional, help: "How many events to make: corners, sparse as real ones, uniform random.")
  var vectors: Int = 10_000

  @Option(help: "Replay the events of an NPZ file instead: mantissas or real numbers, one array a port.")
  var inputs: String?

  @Option(
    parsing: .unconditional,
    help: "Flip this many random gates and constants, and report how many the events catch.")
  var mutate: Int?

  @Flag(
    help: "Also prove the logic for every input, by enumeration, linear forms and Yosys's solver.")
  var formal = false

  @Option(parsing: .unconditional, help: "Seed of the events and mutations.")
  var seed: UInt64 = 1

  @Flag(help: "Print the result as JSON.")
  var json = false

  struct Report: Encodable {
    var verification: Verification.Result
    var mutation: MutationResult?
    var formal: FormalReport?
    var payload: [PayloadResult]?
  }

  /// A pattern file through the simulated payload, in one format.
  struct PayloadResult: Encodable {
    var format: String
    var result: PatternCheck
  }

  /// Events that the payload's simulation takes at most: each is a packet of many frames.
  private static let payloadEvents = 500

  func validate() throws {
    guard (1...10_000_000).contains(vectors) else {
      throw ValidationError("--vectors takes 1 to 10000000, not \(vectors).")
    }
    if let mutate, !(1...100_000).contains(mutate) {
      throw ValidationError("--mutate takes 1 to 100000, not \(mutate).")
    }
  }

  func run() async throws {
    let progress = Progress(silent: json)
    let directory = RunDirectory(folder)
    let description = try directory.description()
    guard let options = description.firmware else {
      throw NetworkError("'\(folder)' holds no firmware; give the folder of a 'winnow compile'")
    }
    let stamp = try Stamp.check(folder: directory.firmware)
    let style = description.style ?? .parallel
    for (flag, isGiven) in [("--formal", formal), ("--mutate", mutate != nil)]
    where isGiven && style != .parallel {
      throw NetworkError(
        "\(flag) is for the parallel style, '\(folder)' is \(style.name); leave \(flag) out")
    }
    for tool in [ExternalTool.compiler, .make, .verilator] + (formal ? [.yosys] : []) {
      try await tool.check()
    }
    progress("compiling the network of \(folder) again")
    let network = try NetworkFile.read(path: folder + "/network.onnx")
    let compiled = try CompiledFirmware(
      network, options: options, style: style)
    if case .parallel(let design) = compiled, let stamp, design.stamp != stamp {
      progress.line(
        "note: the files have the stamp \(stamp), run.json and network.onnx give \(design.stamp): they are of different compilations or versions"
      )
    }
    let program = try compiled.program()
    let rtl = "\(directory.firmware)/rtl/\(compiled.name).v"
    let verilog = String(decoding: try InputFile.read(rtl), as: UTF8.self)
    let isOwn = verilog == compiled.verilog
    let events =
      try inputs.map { try InputEvents.vectors(from: $0, for: try exact(program)) }
      ?? compiled.vectors(count: vectors, seed: seed)
    let emulator = "\(directory.firmware)/emulator"
    let result = try await ScratchFolder.with { temporary in
      guard case .parallel(let design) = compiled else {
        return try await StreamVerification(compiled, verilog: verilog, emulator: emulator)
          .run(events, in: temporary) { progress($0) }
      }
      let expected =
        try inputs.map {
          try InputEvents.expected(from: $0, for: design.program, events: events.count)
        } ?? []
      return try await Verification(design, verilog: verilog, emulator: emulator)
        .run(events, expected: expected, in: temporary) { progress($0) }
    }
    var mutation: MutationResult?
    if let mutate, case .parallel(let design) = compiled {
      progress("mutating \(mutate) gates")
      mutation = design.netlist.caught(
        design.netlist.mutations(mutate, seed: seed), by: events)
    }
    var proof: FormalReport?
    if formal, case .parallel(let design) = compiled {
      proof = try await ScratchFolder.with { temporary in
        try await FormalVerification(design, verilog: verilog).run(in: temporary) { progress($0) }
      }
    }
    var payload: [PayloadResult] = []
    if description.files.contains("firmware/io.yaml"), let design = compiled.linked {
      progress("pattern files through the payload")
      payload = try await payloadResults(of: design, events)
    }
    progress.finish()
    let report = Report(
      verification: result, mutation: mutation, formal: proof,
      payload: payload.isEmpty ? nil : payload)
    try? writeReport(report, directory)
    if json {
      try printJSON(report)
    } else {
      if !isOwn {
        print("note: \(rtl) differs from what this version writes; the file was simulated")
      }
      show(result, mutation)
      if let proof { print(proof.text, terminator: "") }
      for one in payload { print("payload, \(one.format) files: \(one.result.text)") }
    }
    if !result.isProved || proof?.isRefuted == true || payload.contains(where: { !$0.result.isEqual }) {
      throw ExitCode(1)
    }
  }

  private func payloadResults(
    of design: any LinkedDesign, _ events: TestVectors
  ) async throws -> [PayloadResult] {
    let count = min(events.count, Self.payloadEvents)
    let first = TestVectors(
      inputs: events.inputs.indices.map { port in
        Array(events.inputs[port].prefix(events.inputs[port].count / events.count * count))
      }, count: count)
    let answers = try IntegerEngine(design.program).run(first.inputs, events: count)
    return try await ScratchFolder.with { temporary in
      try await BoardPatterns.simulatePayload(
        of: folder, design, events: first, answers: answers, in: temporary)
    }.map { PayloadResult(format: $0.format.rawValue, result: $0.result) }
  }

  /// Events of a file need the network's instructions to be read.
  private func exact(_ program: FixedPointProgram?) throws -> FixedPointProgram {
    guard let program else {
      throw NetworkError("the network is too large for --inputs; leave it out, and events are made")
    }
    return program
  }

  private func writeReport(_ report: Report, _ directory: RunDirectory) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      Array(try encoder.encode(report)) + [UInt8(ascii: "\n")],
      to: directory.firmware + "/reports/verification.json")
  }

  private func show(_ result: Verification.Result, _ mutation: MutationResult?) {
    print("\(result.network): \(result.vectors) events against the interpreter")
    for comparison in result.comparisons {
      let line =
        "  " + column(comparison.execution, 30) + column("\(comparison.integers) integers", 22)
        + column("\(comparison.mismatches) mismatches", 16)
        + String(format: "%6.1f s", comparison.seconds)
      print(line)
      if let first = comparison.firstMismatch {
        print(
          "    first: node '\(first.node)' element \(first.element), event \(first.event)"
            + (first.cycle.map { ", cycle \($0)" } ?? "")
            + ": expected \(first.expected), found \(first.found.map(String.init) ?? "no number")")
        print("    inputs: \(first.inputs.map(String.init).joined(separator: " "))")
      }
    }
    print("  testbench: \(result.testbench)")
    if let mutation {
      print("  mutations: \(mutation.caught) of \(mutation.mutations) caught")
      for survivor in mutation.survivors { print("    not caught: \(survivor)") }
    }
    print(result.isProved ? "equal: all \(result.integers) integers" : "NOT EQUAL")
  }
}

func column(_ text: String, _ width: Int) -> String {
  text.count >= width ? text + " " : text + String(repeating: " ", count: width - text.count)
}
