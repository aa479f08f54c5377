import Foundation

/// Standard error; what cannot be written there can be said nowhere.
enum StandardError {
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
