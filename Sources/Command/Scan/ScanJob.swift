import Foundation
import Winnow

/// One training of a scan.
struct ScanJob {
  /// Of the scan's points.
  var index: Int
  var settings: [String]
  /// Of the command `winnow`.
  var arguments: [String]
  /// Where the training's standard error goes.
  var log: String

  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  /// The last line that the training wrote on standard error.
  var lastLine: String? {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").last.map(String.init)
  }
}
