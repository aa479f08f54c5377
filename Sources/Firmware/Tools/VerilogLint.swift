/// Verilator's judgement of Verilog files as they stand.
package enum VerilogLint {
  /// Lints designs, all in one run.
  ///
  /// What a file's comments switch off is off in that file alone; modules that a design does not use are
  /// linted too where there are several designs.
  /// - Parameters:
  ///   - tops: the designs' top modules.
  ///   - sources: files in the folder, with each module once.
  /// - Throws: ``ToolError`` with Verilator's last lines when it is missing, or warns of anything.
  package static func run(_ sources: [String], tops: [String], in folder: String) async throws {
    try await ExternalTool.verilator.require(
      ["--lint-only", "-Wall", "-Wno-DECLFILENAME"]
        + (tops.count == 1 ? ["--top-module", tops[0]] : ["-Wno-MULTITOP"]) + sources,
      in: folder, doing: "lint of the Verilog")
  }
}
