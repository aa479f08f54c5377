/// A program that runs testbenches.
public enum VerilogSimulator: String, Sendable, CaseIterable {
  /// Lints, and simulates fast.
  case verilator
  /// Builds at once.
  case icarus

  static let icarusTool = ExternalTool(
    name: "iverilog", purpose: "simulates the Verilog", package: "iverilog",
    versionArguments: ["-V"])

  /// Builds the module `testbench` in `testbench.v` with other files, and runs it.
  ///
  /// - Parameter tops: modules that are linted as tops.
  func run(_ sources: [String], tops: [String], in folder: String) async throws {
    switch self {
    case .verilator:
      try await VerilogLint.run(sources, tops: tops, in: folder)
      try await ExternalTool.verilator.require(
        [
          "--binary", "--timing", "-Wno-fatal", "-Wno-WIDTH", "--output-split", "4000",
          "--top-module", "testbench", "-Mdir", "simulator", "-j", "2", "-MAKEFLAGS",
          "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0", "testbench.v",
        ] + sources, in: folder, doing: "building the simulator")
      let result = try await runProgram("\(folder)/simulator/Vtestbench", [], in: folder)
      guard result.succeeded else {
        throw ToolError("the simulator stopped early", output: result.output)
      }
    case .icarus:
      try await Self.icarusTool.require(
        ["-g2001", "-s", "testbench", "-o", "simulator.vvp", "testbench.v"] + sources, in: folder,
        doing: "building the simulator")
      let result = try await ExternalTool(
        name: "vvp", purpose: "simulates the Verilog", package: "iverilog", versionArguments: ["-V"]
      ).run(["simulator.vvp"], in: folder)
      guard result.succeeded else {
        throw ToolError("the simulator stopped early", output: result.output)
      }
    }
  }
}
