import Foundation
public import WinnowNetworkIR
import WinnowTensors

extension DataflowDesign {
  /// Writes `rtl/`, `scripts/` and `reports/` of the firmware folder, and `emulator/` unless the network
  /// is too large for a program of every pixel.
  ///
  /// The folder must not exist; a caller writes to a temporary name and renames.
  /// - Parameter program: what the emulator is written from (``program()``); `nil` for none.
  /// - Throws: ``TensorFileError`` or a Foundation error naming the path.
  public func write(
    to folder: String, report: DataflowReport, program: FixedPointProgram?
  ) throws {
    let parts = ["rtl", "vectors", "scripts", "reports"] + (program == nil ? [] : ["emulator"])
    for part in parts { try OutputFolder.make("\(folder)/\(part)") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var files: [(String, String)] = [
      ("rtl/\(name).v", verilog),
      ("reports/report.json", String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"),
      ("reports/report.txt", report.text(for: device)),
    ]
    files += vivadoProject.files.map { ("scripts/\($0.name)", $0.text) }
    if let program {
      files += emulator(program).files.map { ("emulator/\($0.name)", $0.text) }
    }
    for (path, text) in files { try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(path)") }
  }

  /// Synthesises the design with Yosys for its device's family; no placement, no timing.
  ///
  /// - Throws: ``ToolError`` when Yosys is missing, fails, or has no such family.
  public func synthesize(in directory: String) async throws -> SynthesisResult {
    try await Synthesis.run(verilog, name: name, family: device.family, part: device.part, in: directory)
  }
}
