import WinnowTensors

/// Simulates kernels of a stream in their own testbenches.
package struct StreamSimulation: Sendable {
  /// A kernel with tokens and the results that it must give.
  package struct Bench: Sendable {
    package var name: String
    package var verilog: String
    package var inputWidth: Int
    package var outputWidth: Int
    package var interval: Int
    package var latency: Int
    /// Results after which the interval is settled.
    package var settling = 4
    /// Hexadecimal words.
    package var stimulus: [String]
    package var expected: [String]

    package init(_ kernel: any StreamKernel, stimulus: [String], expected: [String]) {
      name = kernel.moduleName
      verilog = kernel.verilog
      inputWidth = kernel.inputWidth
      outputWidth = kernel.outputWidth
      interval = kernel.interval
      latency = kernel.latency
      settling = kernel.settling
      self.stimulus = stimulus
      self.expected = expected
    }

    var testbench: StreamTestbench {
      StreamTestbench(
        name: name, inputWidth: inputWidth, outputWidth: outputWidth, interval: interval,
        latency: latency, tokens: stimulus.count, free: stimulus.count / 2, settling: settling)
    }

    func write(to folder: String) throws {
      try AtomicFile.write(Array(verilog.utf8), to: "\(folder)/\(name).v")
      try writeVectors(to: folder)
    }

    /// Writes stimuli and expected words for the testbench.
    func writeVectors(to folder: String) throws {
      let files = [
        (StreamTestbench.stimulusFile(name), stimulus), (StreamTestbench.expectedFile(name), expected),
      ]
      for (file, words) in files {
        try AtomicFile.write(
          Array((words.joined(separator: "\n") + "\n").utf8), to: "\(folder)/\(file)")
      }
    }
  }

  package struct Outcome: Sendable {
    /// The words that came out; some digits are no numbers where the simulator gave none.
    package var results: [String]
    /// What the testbench printed: PASS, or its first error.
    package var message: String
    package var passed: Bool
  }

  /// Builds one simulator for all benches and runs it.
  ///
  /// - Parameter folder: an existing folder; everything made stays there.
  /// - Throws: ``ToolError`` when the simulator is missing or its lint or build fails.
  package static func run(
    _ benches: [Bench], in folder: String, with simulator: VerilogSimulator = .verilator
  ) async throws -> [Outcome] {
    let sources = try write(benches, to: folder)
    let log = try await simulator.run(sources, tops: benches.map(\.name), in: folder)
    return try benches.map { try outcome($0, in: folder, log: log) }
  }

  static func write(_ benches: [Bench], to folder: String) throws -> [String] {
    for bench in benches { try bench.write(to: folder) }
    let text =
      benches.map { $0.testbench.benchModule() }.joined() + Testbench.top(benches.map(\.name))
    try AtomicFile.write(Array(text.utf8), to: "\(folder)/testbench.v")
    return benches.map { "\($0.name).v" }
  }

  static func outcome(_ bench: Bench, in folder: String, log: String) throws -> Outcome {
    let bytes = try InputFile.read("\(folder)/\(StreamTestbench.resultFile(bench.name))")
    let results = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    let own = log.split(separator: "\n").filter { $0.hasPrefix("\(bench.name): ") }
      .joined(separator: "\n")
    return Outcome(
      results: results, message: own, passed: own.contains("\(bench.name): PASS"))
  }
}
