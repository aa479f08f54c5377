import Foundation
import Winnow

/// Events of a trigger that looks at nothing: `zero-bias.h5`, and the same under conditions that
/// drifted, `zero-bias-NAME.h5`, in the folder of the samples. `zero-bias-dead-….h5` holds the first
/// crossings of `zero-bias.h5` again.
struct ZeroBiasFiles {
  struct Conditions: Sendable, Hashable {
    /// As tables have it.
    var name: String
    var path: String
    /// Whether it holds the first crossings of the nominal file once more, with dead towers.
    var repeatsTheFirst: Bool { name.hasPrefix("dead") }
  }

  private static let beginning = "zero-bias"
  private static let endings = [".h5", ".hdf5", ".csv", ".csv.gz"]

  /// `nil` where there are none.
  let nominal: String?
  let drifted: [Conditions]

  /// - Throws: ``StudyError`` for two files of the same conditions; what the reader says of a file of
  ///   another layout.
  init(in folder: String) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var found: [String: String] = [:]
    for name in names.sorted() where name.hasPrefix(Self.beginning) {
      guard let ending = Self.endings.first(where: { name.hasSuffix($0) }) else { continue }
      let conditions = String(name.dropFirst(Self.beginning.count).dropLast(ending.count))
      guard conditions.isEmpty || conditions.hasPrefix("-") else { continue }
      if let other = found[conditions] {
        throw StudyError("'\(folder)' has \(other) and \(name) for the same conditions; leave one")
      }
      found[conditions] = name
      _ = try LevelOneEventFile("\(folder)/\(name)")
    }
    nominal = found[""].map { "\(folder)/\($0)" }
    drifted = found.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }.map {
      Conditions(
        name: String($0.key.dropFirst()).replacing("-", with: " "), path: "\(folder)/\($0.value)")
    }
  }
}

/// A change of what the calorimeters or the muon system say, made to the objects themselves.
enum ScaleDrift: Sendable, CaseIterable {
  case calorimetersUp, calorimetersDown, muonsUp, muonsDown

  /// A choice of ours.
  private static let size = 0.02

  var name: String {
    switch self {
    case .calorimetersUp: "calo. + 2 %"
    case .calorimetersDown: "calo. − 2 %"
    case .muonsUp: "muons + 2 %"
    case .muonsDown: "muons − 2 %"
    }
  }

  private var isMuons: Bool { self == .muonsUp || self == .muonsDown }
  private var factor: Double {
    self == .calorimetersUp || self == .muonsUp ? 1 + Self.size : 1 - Self.size
  }

  /// The same objects with other pT; none vanishes below a threshold, none appears.
  ///
  /// Not in the trigger's steps of 0.5 GeV: those of soft jets are larger than the drift.
  func applied(to x: [Float]) -> [Float] {
    var x = x
    for place in stride(from: 0, to: x.count, by: 3) {
      let object = LevelOneObject(row: place % PreparedEvents.width / 3)
      if (object == .muon) == isMuons {
        x[place] = Float(Double(x[place]) * factor)
      }
    }
    return x
  }
}
