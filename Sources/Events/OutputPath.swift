import Foundation

extension EventFile {
  /// Refuses an output that is one of the inputs: both are open at once, and what was read would be
  /// gone.
  ///
  /// - Throws: ``EventError`` naming the file.
  public static func check(output: String, isNotOneOf inputs: [String]) throws {
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
    guard let input = inputs.first(where: { place($0) == place(output) }) else { return }
    throw EventError("'\(input)' is read and would be overwritten; give -o another name")
  }
}
