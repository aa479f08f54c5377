import Foundation
import Winnow

/// The folder of a study: `run.json` says what was asked for and which steps are done, so that a study
/// that was stopped goes on.
public final class StudyFolder {
  /// `run.json`.
  public struct Description: Codable, Sendable {
    public var tool = "winnow"
    public var version = winnowVersion
    public var study: String
    public var command: [String]
    public var machine: String
    /// What the study was asked for, by name; another question needs another folder.
    public var settings: [String: String]
    /// Finished steps and what they took, seconds.
    public var steps: [String: Double] = [:]
  }

  public let path: String
  public private(set) var description: Description

  /// Opens a folder that is absent, empty, or of the same study with the same settings.
  ///
  /// - Throws: ``StudyError`` for a folder that holds something else, or other settings, naming the
  ///   first that differs.
  public init(
    _ path: String, study: String, settings: [String: String], command: [String]
  ) throws {
    self.path = path
    description = Description(
      study: study, command: command,
      machine: "\(ProcessInfo.processInfo.activeProcessorCount) cores", settings: settings)
    let manager = FileManager.default
    guard !path.isEmpty else { throw StudyError("the output folder has no name; give -o a folder") }
    var isFolder: ObjCBool = false
    if unsafe manager.fileExists(atPath: path, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw StudyError("'\(path)' is a file; give -o a folder that does not exist yet")
      }
      let contents = try manager.contentsOfDirectory(atPath: path)
      if !contents.isEmpty { try goOn(with: settings) }
    }
    try OutputFolder.make(path)
    try write()
  }

  private var file: String { path + "/run.json" }

  private func goOn(with settings: [String: String]) throws {
    guard let bytes = try? InputFile.read(file, limit: 1 << 24),
      let earlier = try? JSONDecoder().decode(Description.self, from: Data(bytes)),
      earlier.study == description.study
    else {
      throw StudyError(
        "the folder '\(path)' holds something else than a '\(description.study)' study; give -o another folder"
      )
    }
    for key in Set(earlier.settings.keys).union(settings.keys).sorted()
    where earlier.settings[key] != settings[key] {
      throw StudyError(
        "'\(path)' was made with \(key) \(earlier.settings[key] ?? "left out"), not \(settings[key] ?? "left out"); give -o another folder"
      )
    }
    description.steps = earlier.steps
  }

  public func isDone(_ step: String) -> Bool { description.steps[step] != nil }

  /// Notes that a step's files are complete.
  func finish(_ step: String, seconds: Double) throws {
    description.steps[step] = seconds
    try write()
  }

  /// Forgets a step, which is then done again.
  func forget(_ step: String) throws {
    description.steps[step] = nil
    try write()
  }

  private func write() throws { try writeJSON(description, to: file) }
}

/// Writes a value as JSON with sorted keys, the whole file or nothing.
///
/// Inlined into an asynchronous function its typed error crashes the optimiser of Swift 6.3.
@inline(never)
func writeJSON(_ value: some Encodable, to path: String) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  try AtomicFile.write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")], to: path)
}

/// - Throws: ``StudyError`` when the file is missing or damaged.
func readJSON<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
  guard let bytes = try? InputFile.read(path, limit: 1 << 28),
    let value = try? JSONDecoder().decode(type, from: Data(bytes))
  else {
    throw StudyError("'\(path)' is missing or damaged; remove the study's folder, or give -o another one")
  }
  return value
}
