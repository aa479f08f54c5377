import Foundation
import WinnowFirmware
import WinnowTensors

/// A virtual environment with the Python packages of the generator, made on first use.
struct PythonEnvironment {
  var folder: String
  var packages: [String]

  /// `$XDG_CACHE_HOME/winnow`, or `~/.cache/winnow`.
  static var cache: String {
    let environment = ProcessInfo.processInfo.environment
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/winnow" }
    return NSHomeDirectory() + "/.cache/winnow"
  }

  /// By itself in the cache, under Pythia's version.
  init(folder: String?, packages: [String]) {
    let name = packages[0].replacingOccurrences(of: "==", with: "-")
    self.folder = folder ?? "\(Self.cache)/\(name)"
    self.packages = packages
  }

  var python: String { folder + "/bin/python" }

  /// Written last, so that a half-made environment is never taken for a whole one.
  private var marker: String { folder + "/winnow-packages.txt" }

  /// Makes the environment unless it is there.
  ///
  /// - Parameter report: takes one sentence before the work begins.
  /// - Throws: ``GenerationError`` when Python, its `venv` module, the network or the folder is
  ///   missing.
  func prepare(report: (String) -> Void) async throws {
    let manager = FileManager.default
    let wanted = packages.joined(separator: "\n") + "\n"
    let made = try? String(contentsOfFile: marker, encoding: .utf8)
    if made == wanted { return }
    if made == nil, manager.fileExists(atPath: folder) {
      // One that somebody else made.
      if await holdsPackages() { return }
      throw GenerationError(
        "'\(folder)' is not a Python environment with \(packages.joined(separator: ", ")); give --environment a folder that does not exist yet",
        isUsage: true)
    }
    guard await ExternalTool.python.version() != nil else {
      throw GenerationError(
        "python3 was not found; it runs Pythia 8. Install it with: apt-get install python3 python3-venv")
    }
    report(
      "making a Python environment with \(packages.joined(separator: ", ")) in \(folder) (first use only)")
    let parent = (folder as NSString).deletingLastPathComponent
    let temporary = "\(folder).\(ProcessInfo.processInfo.processIdentifier).new"
    defer { try? manager.removeItem(atPath: temporary) }
    do {
      try manager.createDirectory(
        atPath: parent.isEmpty ? "." : parent, withIntermediateDirectories: true)
    } catch {
      throw GenerationError(
        "could not write '\(parent)'; give --environment a folder that can be made")
    }
    Self.removeLeftovers(of: folder)
    try await fill(temporary)
    do {
      try AtomicFile.write(Array(wanted.utf8), to: temporary + "/winnow-packages.txt")
      if made != nil { try manager.removeItem(atPath: folder) }
      try manager.moveItem(atPath: temporary, toPath: folder)
    } catch {
      // Another command may have been faster; then its environment is as good.
      guard (try? String(contentsOfFile: marker, encoding: .utf8)) == wanted else {
        throw GenerationError("could not write '\(folder)'; give --environment another folder")
      }
    }
  }

  /// Removes what a command that was stopped left half-made.
  private static func removeLeftovers(of folder: String) {
    let url = URL(fileURLWithPath: folder)
    let parent = url.deletingLastPathComponent().path
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
      guard name.hasPrefix(url.lastPathComponent + "."), name.hasSuffix(".new") else { continue }
      let number = name.dropFirst(url.lastPathComponent.count + 1).dropLast(4)
      // Signal 0 only asks whether the process lives.
      guard let process = Int32(number), kill(process, 0) != 0, errno == ESRCH else { continue }
      try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
    }
  }

  private func fill(_ folder: String) async throws {
    let venv = try await ExternalTool.python.run(["-m", "venv", folder])
    guard venv.succeeded else {
      if venv.output.contains("ensurepip") || venv.output.contains("No module named venv") {
        throw GenerationError(
          "python3 has no venv module; install it with: apt-get install python3-venv")
      }
      throw GenerationError(
        "python3 could not make an environment in '\(folder)': \(Self.reason(venv.output)); give --environment another folder"
      )
    }
    let pip = try await runProgram(
      folder + "/bin/python",
      [
        "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
        "--only-binary", ":all:",
      ] + packages, in: nil)
    guard pip.succeeded else {
      throw GenerationError(
        "pip could not install \(packages.joined(separator: ", ")): \(Self.reason(pip.output)); check the network and that python3 is 3.11 or newer, then run the same command again"
      )
    }
  }

  /// Whether an environment that is not ours has Pythia's version and the other packages.
  private func holdsPackages() async -> Bool {
    guard FileManager.default.isExecutableFile(atPath: python) else { return false }
    let pythia = packages[0].split(separator: "=").map(String.init)
    let check =
      "import importlib.metadata as m, sys, numpy; sys.exit(m.version('\(pythia[0])') != '\(pythia[1])')"
    return (try? await runProgram(python, ["-c", check], in: nil))?.succeeded == true
  }

  /// The line in which a program says what went wrong.
  static func reason(_ output: String) -> String {
    let lines = output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
    let line = lines.last { $0.hasPrefix("ERROR:") } ?? lines.last { $0.contains("Error") } ?? lines.last
    return line.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 } ?? "it said nothing"
  }
}
