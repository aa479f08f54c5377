import Foundation
import WinnowTensors

/// Events made by Pythia 8: what `winnow generate` does.
///
/// Pythia runs in Python, in a process that takes this one's place; it alone draws numbers, so the
/// same seed gives the same bytes for any number of worker processes.
public struct EventGeneration: Sendable {
  public var process: GenerationProcess
  public var events: Int
  public var seed: UInt64
  /// `.npz`, or `.h5` and `.hdf5`.
  public var output: String
  /// Worker processes.
  public var jobs: Int
  /// In TeV, in place of the process's own.
  public var energy: Double?
  /// Particles at larger |η| are not kept.
  public var largestPseudorapidity: Double
  /// The folder of the Python environment; one in the cache by itself.
  public var environment: String?
  public var printsJSON: Bool

  public init(
    process: GenerationProcess, events: Int, seed: UInt64, output: String, jobs: Int,
    energy: Double? = nil, largestPseudorapidity: Double = 5.2, environment: String? = nil,
    printsJSON: Bool = false
  ) {
    self.process = process
    self.events = events
    self.seed = seed
    self.output = output
    self.jobs = jobs
    self.energy = energy
    self.largestPseudorapidity = largestPseudorapidity
    self.environment = environment
    self.printsJSON = printsJSON
  }

  /// Checks everything that needs no Python.
  ///
  /// - Throws: ``GenerationError`` (usage).
  public func check() throws {
    func refuse(_ sentence: String) -> GenerationError { GenerationError(sentence, isUsage: true) }
    guard (1...1_000_000_000).contains(events) else {
      throw refuse("-n takes 1 to 1000000000, not \(events)")
    }
    guard (1...1024).contains(jobs) else { throw refuse("-j takes 1 to 1024, not \(jobs)") }
    if let energy, !(1...200).contains(energy) {
      throw refuse("--energy takes 1 to 200 (TeV), not \(energy)")
    }
    guard largestPseudorapidity > 0, largestPseudorapidity <= 20 else {
      throw refuse("--max-eta takes a number up to 20, not \(largestPseudorapidity)")
    }
    guard [".npz", ".h5", ".hdf5"].contains(where: { output.hasSuffix($0) }) else {
      throw refuse("'\(output)' ends in neither .npz nor .h5; give one that does")
    }
    let parent = URL(fileURLWithPath: output).deletingLastPathComponent().path
    guard Self.isFolder(parent) else {
      throw refuse("the folder '\(parent)' does not exist; make it first, or give -o another file")
    }
    guard FileManager.default.isWritableFile(atPath: parent) else {
      throw refuse("the folder '\(parent)' cannot be written to; give -o another file")
    }
    if Self.isFolder(output) { throw refuse("'\(output)' is a folder; give -o a file") }
  }

  /// A link to a folder is one.
  private static func isFolder(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  /// Makes what is missing and becomes the generator: on success this does not return.
  ///
  /// - Parameter report: takes one sentence before a Python environment is made.
  /// - Throws: ``GenerationError``.
  public func run(report: (String) -> Void) async throws -> Never {
    let (python, script) = try await prepared(report: report)
    let reason = ProcessImage.replace(with: python.python, arguments: [script] + arguments)
    throw GenerationError(
      "'\(python.python)' could not be started: \(reason); remove '\(python.folder)' and run the same command again"
    )
  }

  /// Makes what is missing and generates beside this process, whose standard error shows the progress.
  ///
  /// Stopped, it leaves finished blocks behind, from which the same call goes on.
  ///
  /// - Parameter report: takes one sentence before a Python environment is made.
  /// - Throws: ``GenerationError``.
  public func runBeside(report: (String) -> Void) async throws {
    let (python, script) = try await prepared(report: report)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python.python)
    process.arguments = [script] + arguments
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch {
      throw GenerationError(
        "'\(python.python)' could not be started; remove '\(python.folder)' and run the same command again"
      )
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw GenerationError(
        "the generation of \(self.process.name) was stopped; the same command goes on from '\(output).part'"
      )
    }
  }

  private func prepared(
    report: (String) -> Void
  ) async throws -> (python: PythonEnvironment, script: String) {
    try check()
    let python = PythonEnvironment(
      folder: environment, packages: try GenerationTable.embedded().packages)
    try await python.prepare(report: report)
    return (python, try GenerationScripts.unpack(below: PythonEnvironment.cache))
  }

  var arguments: [String] {
    var words = [
      process.name, "-n", "\(events)", "--seed", "\(seed)", "-o", output, "-j", "\(jobs)",
      "--max-eta", "\(largestPseudorapidity)", "--called", "winnow",
    ]
    if let energy { words += ["--energy", "\(energy)"] }
    if printsJSON { words.append("--json") }
    return words
  }
}
