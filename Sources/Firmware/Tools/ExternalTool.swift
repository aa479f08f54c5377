import Subprocess
import SystemPackage

/// A program that Winnow runs as a child process.
public struct ExternalTool: Sendable, Hashable {
  public var name: String
  /// What it is for.
  public var purpose: String
  /// The Debian package that brings it.
  public var package: String
  var versionArguments: [String]

  public static let verilator = ExternalTool(
    name: "verilator", purpose: "simulates the Verilog (winnow verify)", package: "verilator",
    versionArguments: ["--version"])
  public static let compiler = ExternalTool(
    name: "g++", purpose: "compiles the emulator and the simulator (winnow verify)", package: "g++",
    versionArguments: ["--version"])
  public static let make = ExternalTool(
    name: "make", purpose: "builds the simulator (winnow verify)", package: "make",
    versionArguments: ["--version"])
  public static let yosys = ExternalTool(
    name: "yosys", purpose: "counts cells, solves (winnow compile --synthesize, winnow verify --formal)",
    package: "yosys", versionArguments: ["-V"])
  public static let icarus = ExternalTool(
    name: "iverilog", purpose: "simulates the Verilog by hand, and in the tests", package: "iverilog",
    versionArguments: ["-V"])

  public static let python = ExternalTool(
    name: "python3", purpose: "runs Pythia 8 (winnow generate)", package: "python3 python3-venv",
    versionArguments: ["--version"])

  public static let gnuplot = ExternalTool(
    name: "gnuplot", purpose: "draws figures (winnow report, winnow plot, winnow train)",
    package: "gnuplot-nox", versionArguments: ["--version"])

  public static let all: [ExternalTool] = [
    .verilator, .compiler, .make, .yosys, .icarus, .ghdl, .python, .gnuplot,
  ]
}

/// A child process that could not run or failed.
public struct ToolError: Error, Sendable, CustomStringConvertible {
  public var message: String
  public var description: String { message }

  init(message: String) { self.message = message }

  /// A sentence, then the last lines that the program wrote, indented.
  init(_ sentence: String, output: String) {
    let lines = output.split(whereSeparator: \.isNewline).suffix(8)
    message =
      lines.isEmpty
      ? "\(sentence), and said nothing"
      : "\(sentence); what it said last:" + lines.map { "\n    \($0)" }.joined()
  }
}

/// What a finished child process left.
package struct ToolResult: Sendable {
  package var succeeded: Bool
  /// Standard output, then standard error.
  package var output: String
}

extension ExternalTool {
  /// The first line that the tool prints about its version; `nil` when it is not here.
  public func version() async -> String? {
    guard let result = try? await run(versionArguments), result.succeeded else { return nil }
    return result.output.split(separator: "\n").first.map(String.init)
  }

  /// Checks, before work whose result the tool gets, that it is here.
  ///
  /// - Throws: ``ToolError`` when it is not installed, saying how to install it.
  public func check() async throws { _ = try await run(versionArguments) }

  /// Runs the tool to its end.
  ///
  /// - Throws: ``ToolError`` when it is not installed, saying how to install it.
  package func run(
    _ arguments: [String], in directory: String? = nil
  ) async throws -> ToolResult {
    try await WinnowFirmware.run(.name(name), arguments, in: directory) {
      "\(name) was not found; it \(purpose). Install it with: apt-get install \(package)"
    }
  }

  /// Runs the tool and fails with its last lines if it fails.
  func require(_ arguments: [String], in directory: String? = nil, doing: String) async throws {
    let result = try await run(arguments, in: directory)
    guard result.succeeded else {
      throw ToolError(
        "\(doing) failed: \(name) ended with an error", output: result.output)
    }
  }
}

/// Runs a program by its path.
package func runProgram(
  _ path: String, _ arguments: [String], in directory: String?
) async throws -> ToolResult {
  try await run(.path(FilePath(path)), arguments, in: directory) { "\(path) could not be started" }
}

private func run(
  _ executable: Executable, _ arguments: [String], in directory: String?,
  missing: () -> String
) async throws -> ToolResult {
  do {
    let result = try await Subprocess.run(
      executable, arguments: Arguments(arguments),
      workingDirectory: directory.map { FilePath($0) }, output: .string(limit: 1 << 24),
      error: .string(limit: 1 << 24))
    return ToolResult(
      succeeded: result.terminationStatus.isSuccess,
      output: result.standardOutput + result.standardError)
  } catch is SubprocessError {
    throw ToolError(message: missing())
  }
}
