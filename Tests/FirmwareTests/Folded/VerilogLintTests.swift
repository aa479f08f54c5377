import Foundation
import Testing
import WinnowTestSupport

@testable import WinnowFirmware

@Suite struct VerilogLintTests {
  /// Whatever one file's comments allow, a fault in another is found, and named with its file.
  @Test(.enabled(if: isInstalled("verilator"), "verilator is not installed; nothing was linted"))
  func manyModulesInOneRun() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-lint-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func module(_ name: String, _ lines: String) throws {
      let text = """
        `default_nettype none
        \(lines.contains("allowed") ? "/* verilator lint_off UNUSED */" : "")
        module \(name) (input wire clock, input wire [3:0] x, output reg [3:0] y);
          always @(posedge clock) y <= x;
        \(lines)
        endmodule

        """
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).v"))
    }
    try module("first", "  wire allowed = x[0];")
    try module("second", "")
    try module("third", "")
    let names = ["first", "second", "third"]
    func lint(_ count: Int) async throws {
      try await VerilogLint.run(
        names.prefix(count).map { "\($0).v" }, tops: Array(names.prefix(count)), in: folder)
    }
    try await lint(1)
    try await lint(3)
    for (fault, word) in [("  wire idle = x[0];", "idle"), ("  wire [1:0] narrow = x;", "narrow")] {
      try module("second", fault)
      try await lint(1)
      let error = await #expect(throws: ToolError.self) { try await lint(3) }
      let message = error?.message ?? ""
      #expect(message.contains("second.v") && message.contains(word), "\(message)")
    }
  }
}
