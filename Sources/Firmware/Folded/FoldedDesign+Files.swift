import Foundation
import WinnowTensors

extension FoldedDesign {
  /// Writes the firmware folder: `rtl/`, `emulator/`, `vectors/`, `scripts/`, `reports/`.
  ///
  /// The folder must not exist; a caller writes to a temporary name and renames.
  /// - Throws: ``TensorFileError`` or a Foundation error naming the path.
  public func write(to folder: String, report: FoldedReport) throws {
    for part in ["rtl", "emulator", "vectors", "scripts", "reports"] {
      try OutputFolder.make("\(folder)/\(part)")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    var files: [(String, String)] = [
      ("rtl/\(name).v", verilog),
      ("reports/report.json", json),
      ("reports/report.txt", report.text(for: device)),
    ]
    files += emulator.files.map { ("emulator/\($0.name)", $0.text) }
    files += vivadoProject.files.map { ("scripts/\($0.name)", $0.text) }
    for (path, text) in files { try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(path)") }
  }

  /// Synthesises the design with Yosys for its device's family; no placement, no timing.
  ///
  /// - Throws: ``ToolError`` when Yosys is missing, fails, or has no such family.
  public func synthesize(in directory: String) async throws -> SynthesisResult {
    try await Synthesis.run(verilog, name: name, family: device.family, part: device.part, in: directory)
  }
}
