import Foundation

/// The samples of papers/2: one background to learn, four signals that training never sees.
///
/// - Reference: arXiv:2108.03986 section II; data arXiv:2107.02157, Zenodo 5046389, 5055454, 5046446,
///   5061688, 5061633.
public enum AnomalySample: String, Sendable, CaseIterable, Codable {
  case background
  // In the order of the paper's tables.
  case leptoquark = "lq-to-btau"
  case fourLeptons = "a-to-4l"
  case chargedHiggs = "hch-to-taunu"
  case neutralHiggs = "h0-to-tautau"

  public static let signals = allCases.filter { $0 != .background }

  /// As captions and tables have it.
  public var label: String {
    switch self {
    case .background: "background"
    case .leptoquark: "LQ → bτ"
    case .fourLeptons: "A → 4ℓ"
    case .chargedHiggs: "h^{±} → τν"
    case .neutralHiggs: "h^{0} → ττ"
    }
  }

  /// How names of its files begin: ours, then the published ones.
  var beginnings: [String] {
    switch self {
    case .background: ["background"]
    case .leptoquark: ["lq-to-btau", "leptoquark"]
    case .fourLeptons: ["a-to-4l", "Ato4l"]
    case .chargedHiggs: ["hch-to-taunu", "hChToTauNu"]
    case .neutralHiggs: ["h0-to-tautau", "hToTauTau"]
    }
  }

  /// The sample's file in a folder.
  ///
  /// - Throws: ``StudyError`` when there is none, or more than one.
  func file(in folder: String) throws -> String {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw StudyError("the folder '\(folder)' cannot be read; give --data a folder with the samples")
    }
    let fitting = names.sorted().filter { name in
      beginnings.contains { name.hasPrefix($0) }
        && [".h5", ".hdf5", ".csv", ".csv.gz"].contains { name.hasSuffix($0) }
    }
    guard fitting.count == 1 else {
      let wanted = beginnings.map { "\($0)*.h5" }.joined(separator: " or ")
      throw StudyError(
        fitting.isEmpty
          ? "'\(folder)' has no file \(wanted) for \(rawValue); put it there, or give --data another folder"
          : "'\(folder)' has \(fitting.joined(separator: " and ")) for \(rawValue); leave one")
    }
    return "\(folder)/\(fitting[0])"
  }
}
