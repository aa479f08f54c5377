import Foundation
import WinnowTensors

extension Design {
  /// Writes the firmware folder: `rtl/`, `emulator/`, `vectors/`, `scripts/`, `reports/`.
  ///
  /// The folder must not exist; a caller writes to a temporary name and renames.
  /// - Throws: ``TensorFileError`` or a Foundation error naming the path.
  public func write(to folder: String, report: FirmwareReport) throws {
    for part in ["rtl", "emulator", "vectors", "scripts", "reports"] {
      try OutputFolder.make("\(folder)/\(part)")
    }
    var files: [(String, String)] = [
      ("rtl/\(name).v", verilog),
      ("reports/netlist.json", NeutralNetlist(netlist).text()),
      ("reports/report.json", try encoded(report)),
      ("reports/report.txt", report.text(for: device)),
    ]
    files += emulator.files.map { ("emulator/\($0.name)", $0.text) }
    files += vivadoProject.files.map { ("scripts/\($0.name)", $0.text) }
    for (path, text) in files { try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(path)") }
  }

  private func encoded(_ report: FirmwareReport) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
  }
}
