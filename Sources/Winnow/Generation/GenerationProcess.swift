import Foundation

/// A process that `winnow generate` knows: a row of `Tools/generation/processes.json`.
public struct GenerationProcess: Sendable, Codable, Equatable {
  /// As the command takes it.
  public var name: String
  /// What the column `process` of the events holds.
  public var code: Int
  public var summary: String
  /// Of the two protons together, in TeV; `nil` where nothing collides (single muons).
  public var energy: Double?
  /// Pythia's cross section and its statistical error in nb, before any selection.
  public var crossSection: [Double]?
  /// Cross section of what passes the selection, and its error, in nb.
  public var acceptedCrossSection: [Double]?
  /// Where the settings and constants come from.
  public var source: String

  /// All processes, in the order of the table.
  ///
  /// - Throws: ``GenerationError`` when the table inside the program is damaged.
  public static func all() throws -> [GenerationProcess] { try GenerationTable.embedded().processes }

  /// The process of a name.
  ///
  /// - Throws: ``GenerationError`` naming the nearest one when there is none.
  public static func named(_ name: String) throws -> GenerationProcess {
    let all = try all()
    if let process = all.first(where: { $0.name == name }) { return process }
    let hint = nearestKey(to: name, among: all.map(\.name)).map { "did you mean '\($0)'? " } ?? ""
    throw GenerationError(
      "there is no process '\(name)'; \(hint)'winnow generate --list' shows all", isUsage: true)
  }
}

/// `processes.json`, which Swift and Python both read.
struct GenerationTable: Decodable {
  /// Pinned Python packages, Pythia's first.
  var packages: [String]
  var processes: [GenerationProcess]

  static func embedded() throws -> GenerationTable {
    do {
      return try JSONDecoder().decode(
        GenerationTable.self, from: Data(PackageResources.processes_json))
    } catch {
      throw GenerationError("the table of processes in this program is damaged; build it again")
    }
  }
}

/// Why no events were generated, as one sentence.
public struct GenerationError: Error, Sendable, Equatable, CustomStringConvertible {
  public var message: String
  /// Whether the words were wrong (exit code 2), not the work (1).
  public var isUsage: Bool
  public var description: String { message }

  public init(_ message: String, isUsage: Bool = false) {
    self.message = message
    self.isUsage = isUsage
  }
}
