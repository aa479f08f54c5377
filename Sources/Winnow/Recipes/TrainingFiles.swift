import Foundation
import WinnowNetworkIR
import WinnowTensors

/// The folder of a training: `run.json`, `network.onnx`, `last.onnx`, `metrics.json`, `checkpoints/`,
/// `figures/`, `pareto/`. Every file is written whole or not at all.
struct TrainingFiles: Sendable {
  let folder: String

  var description: String { folder + "/run.json" }
  var best: String { folder + "/network.onnx" }
  var last: String { folder + "/last.onnx" }
  var metrics: String { folder + "/metrics.json" }
  var checkpoint: String { folder + "/checkpoints/last.npz" }
  /// The best network of a part, from 0, that the next one starts from.
  func result(of part: Int) -> String { folder + "/checkpoints/part-\(part + 1).onnx" }
  /// The early network that rounds of pruning go back to.
  var rewind: String { folder + "/checkpoints/rewind.onnx" }
  func candidate(epoch: Int) -> String { folder + "/pareto/epoch-\(epoch).onnx" }

  /// What stands in the folder.
  enum State {
    case empty
    case training(TrainingDescription)
  }

  /// - Throws: ``NetworkError`` where the folder holds something else.
  func state() throws -> State {
    let files = FileManager.default
    guard !folder.isEmpty else { throw NetworkError("the output folder has no name; give -o a folder") }
    guard let attributes = try? files.attributesOfItem(atPath: folder) else { return .empty }
    guard attributes[.type] as? FileAttributeType == .typeDirectory else {
      throw NetworkError("'\(folder)' is a file; give -o a folder that does not exist yet")
    }
    // A run killed in its first moments leaves temporary files only.
    guard let found = try? files.contentsOfDirectory(atPath: folder) else {
      throw NetworkError("the folder '\(folder)' cannot be read; give -o another folder")
    }
    let contents = found.filter {
      !Self.isTemporary($0) && $0 != ".lock" && !LearningRateSearch.fileNames.contains($0)
    }
    if contents.isEmpty { return .empty }
    guard contents.contains("run.json") else {
      throw NetworkError(
        "the folder '\(folder)' holds something else; give -o another folder, or empty it")
    }
    guard let description = try? TrainingDescription(contentsOf: self.description) else {
      throw NetworkError(
        "'\(self.description)' was not written by 'winnow train'; give -o another folder")
    }
    return .training(description)
  }

  /// Whether a run is finished and its results are still there; from the last checkpoint they are
  /// written again.
  ///
  /// - Throws: ``NetworkError`` where they are gone, and the checkpoint too.
  func isComplete(_ description: TrainingDescription) throws -> Bool {
    guard description.isFinished else { return false }
    func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
    guard let missing = [metrics, best, last].first(where: { !isThere($0) }) else { return true }
    guard isThere(checkpoint) else {
      throw NetworkError(
        "the run in '\(folder)' is finished, but '\(missing)' is gone, and the checkpoint that could bring it back too; remove the folder, or give -o another one, to train again"
      )
    }
    return false
  }

  private static func isTemporary(_ name: String) -> Bool {
    (name.hasPrefix(".winnow-") && name.hasSuffix(".tmp"))
  }

  /// Makes the folders and removes what a killed run left half-written.
  func prepare() throws {
    let files = FileManager.default
    for part in ["", "/checkpoints"] { try OutputFolder.make(folder + part) }
    for part in ["", "/checkpoints", "/pareto", "/figures"] {
      for name in (try? files.contentsOfDirectory(atPath: folder + part)) ?? []
      where Self.isTemporary(name) {
        try? files.removeItem(atPath: "\(folder)\(part)/\(name)")
      }
    }
  }

  func makeFolder(_ name: String) throws { try OutputFolder.make("\(folder)/\(name)") }

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  func write(_ value: some Encodable, to path: String) throws {
    try AtomicFile.write(Self.encode(value), to: path)
  }
}

/// `run.json` of a training: what made the folder, and whether it is done.
public struct TrainingDescription: Sendable, Codable {
  public var tool = "winnow"
  public var version = winnowVersion
  public var command: [String]
  public var seed: UInt64
  public var machine: String
  /// The network's name.
  public var model: String
  public var files: [String] = []
  public var recipe: RecipeSetting
  /// The files that were read, as they were when the run began.
  public var inputs: [FileIdentity]?
  public var threads: Int
  public var isFinished = false
  public var started: String
  /// Of all parts of the run that ended by themselves or wrote a checkpoint.
  public var seconds = 0.0
  /// How often the run was taken up again.
  public var resumptions = 0

  init(_ recipe: Recipe, _ inputs: [FileIdentity], command: [String]) {
    self.command = command
    seed = recipe.seed
    model = recipe.name
    self.recipe = recipe.settings.withoutThreads
    self.inputs = inputs
    threads = recipe.threads
    started = Date().ISO8601Format()
    machine =
      "\(ProcessInfo.processInfo.activeProcessorCount) cores, \(ProcessInfo.processInfo.operatingSystemVersionString)"
  }

  init(contentsOf path: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(InputFile.read(path)))
  }
}

extension RecipeSetting {
  /// Threads change no bit, so that a run may go on with another number of them.
  var withoutThreads: RecipeSetting {
    guard case .table(var table) = self else { return self }
    table["threads"] = nil
    return .table(table)
  }
}
