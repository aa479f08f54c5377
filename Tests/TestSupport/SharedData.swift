import Foundation

/// Reference data beside the repository (`../shared/data`), which a checkout may lack: tests that
/// need it are skipped with ``absence`` as the reason.
///
///     @Suite(.enabled(if: SharedData.exists("peers"), SharedData.absence))
public enum SharedData {
  /// The repository: the folder that holds `Tests/TestSupport/SharedData.swift`.
  public static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  public static let folder = URL(fileURLWithPath: repository).deletingLastPathComponent()
    .appendingPathComponent("shared/data").path

  /// The path of a file or folder of the data.
  public static func path(_ name: String) -> String { "\(folder)/\(name)" }

  public static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }

  /// Why a test is skipped, for Swift Testing's comment.
  public static let absence: String = "the reference data in \(folder) is not there"
}
