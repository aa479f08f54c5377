import Foundation

/// A folder for child processes that is gone afterwards, whatever happens.
package enum ScratchFolder {
  package static func with<Result>(_ action: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await action(folder.path)
  }
}
