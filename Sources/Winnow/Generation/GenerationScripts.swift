import Foundation
import WinnowTensors

/// The Python programs of `Tools/generation`, which are compiled into this one: the command works
/// wherever its executable is copied, and never with scripts of another version.
enum GenerationScripts {
  static let files: [(name: String, bytes: [UInt8])] = [
    ("blocks.py", PackageResources.blocks_py),
    ("decays.py", PackageResources.decays_py),
    ("draws.py", PackageResources.draws_py),
    ("files.py", PackageResources.files_py),
    ("generate_events.py", PackageResources.generate_events_py),
    ("hooks.py", PackageResources.hooks_py),
    ("processes.json", PackageResources.processes_json),
    ("records.py", PackageResources.records_py),
    ("sources.py", PackageResources.sources_py),
    ("taus.py", PackageResources.taus_py),
  ]

  /// FNV-1a over names and contents: the name of the folder tells its content.
  static var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for file in files {
      for byte in Array(file.name.utf8) + [0] + file.bytes {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    return hash
  }

  /// Writes the programs below `folder`, unless they are there.
  ///
  /// - Returns: the path of `generate_events.py`.
  /// - Throws: ``GenerationError`` when the folder cannot be written.
  static func unpack(below folder: String) throws -> String {
    let target = "\(folder)/scripts-\(String(fingerprint, radix: 16))"
    let manager = FileManager.default
    if !manager.fileExists(atPath: target) {
      let temporary = "\(target).\(ProcessInfo.processInfo.processIdentifier).new"
      defer { try? manager.removeItem(atPath: temporary) }
      do {
        try manager.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        for file in files { try AtomicFile.write(file.bytes, to: "\(temporary)/\(file.name)") }
      } catch {
        throw GenerationError(
          "could not write '\(folder)'; set XDG_CACHE_HOME to a folder that can be written")
      }
      // Another command may have been faster; then its folder is as good.
      try? manager.moveItem(atPath: temporary, toPath: target)
    }
    return "\(target)/generate_events.py"
  }
}
