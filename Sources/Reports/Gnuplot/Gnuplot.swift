import Foundation

/// Runs gnuplot, which draws every figure of Winnow.
///
/// Synchronous, because a training writes its figure in passing; a drawing takes a tenth of a second.
public enum Gnuplot {
  /// Where it is; `nil` where it is not installed.
  public static var path: String? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/gnuplot" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// What a user reads who has none.
  public static let missing =
    "gnuplot was not found, and it draws the figures; install it with: apt-get install gnuplot-nox"

  /// Runs a script in a folder of its own and returns a file it wrote there for each name.
  ///
  /// - Throws: ``ReportError`` where gnuplot is missing, or fails: with its last words.
  static func run(_ script: String, files: [String]) throws -> [[UInt8]] {
    guard let path else { throw ReportError(missing) }
    let manager = FileManager.default
    let folder = manager.temporaryDirectory
      .appendingPathComponent("winnow-figure-\(UUID().uuidString)")
    do {
      try manager.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? manager.removeItem(at: folder) }
      let words = folder.appendingPathComponent("words.txt")
      let input = folder.appendingPathComponent("figure.gp")
      try Data(script.utf8).write(to: input)
      try Data().write(to: words)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = ["-d", input.lastPathComponent]
      process.currentDirectoryURL = folder
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      // A file, not a pipe: it cannot fill up.
      process.standardError = try FileHandle(forWritingTo: words)
      try process.run()
      process.waitUntilExit()
      let drawn = files.map { try? Data(contentsOf: folder.appendingPathComponent($0)) }
      guard process.terminationStatus == 0, drawn.allSatisfy({ $0?.isEmpty == false }) else {
        let said = (try? String(contentsOf: words, encoding: .utf8)) ?? ""
        let last = said.split(separator: "\n").last.map { $0.trimmingCharacters(in: .whitespaces) }
        throw ReportError("gnuplot could not draw the figure: \(last ?? "it said nothing")")
      }
      return drawn.map { Array($0!) }
    } catch let error as CocoaError {
      throw ReportError("gnuplot could not be run: \(error.localizedDescription)")
    }
  }
}
