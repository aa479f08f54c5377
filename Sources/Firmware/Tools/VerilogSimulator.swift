/// A program that runs testbenches.
public enum VerilogSimulator: String, Sendable, CaseIterable {
  /// Lints, and simulates fast.
  case verilator
  /// Builds at once.
  case icarus

  /// Builds the module `testbench` in `testbench.v` with other files, and runs it.
  ///
  /// - Parameters:
  ///   - tops: modules that are linted as tops.
  ///   - isLong: whether the run takes so long that optimising the simulator pays.
  /// - Returns: what the testbench printed.
  /// - Throws: ``ToolError`` when the simulator is missing, its lint or build fails, or it stops early.
  @discardableResult
  func run(
    _ sources: [String], tops: [String], isLong: Bool = false, in folder: String
  ) async throws -> String {
    let result: ToolResult
    switch self {
    case .verilator:
      try await VerilogLint.run(sources, tops: tops, in: folder)
      let level = isLong ? 1 : 0
      try await ExternalTool.verilator.require(
        [
          "--binary", "--timing", "-Wno-fatal", "-Wno-lint", "-O3", "--output-split", "4000",
          "--output-split-cfuncs", "500", "--top-module", "testbench", "-Mdir", "simulator", "-j", "2",
          "-MAKEFLAGS", "OPT_FAST=-O\(level) OPT_SLOW=-O0 OPT_GLOBAL=-O\(level)", "testbench.v",
        ] + sources, in: folder, doing: "building the simulator")
      result = try await runProgram("\(folder)/simulator/Vtestbench", [], in: folder)
    case .icarus:
      try await ExternalTool.icarus.require(
        ["-g2001", "-s", "testbench", "-o", "simulator.vvp", "testbench.v"] + sources, in: folder,
        doing: "building the simulator")
      result = try await ExternalTool(
        name: "vvp", purpose: "simulates the Verilog", package: "iverilog", versionArguments: ["-V"]
      ).run(["simulator.vvp"], in: folder)
    }
    guard result.succeeded else {
      throw ToolError("the simulator stopped early", output: result.output)
    }
    return result.output
  }
}
