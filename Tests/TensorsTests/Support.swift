import Foundation
import WinnowTensors

/// The golden files of this folder.
enum Golden {
  static let folder = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/")!)) + "/Golden/"

  static func path(_ name: String) -> String { folder + name }

  static func bytes(_ name: String) throws -> [UInt8] { try InputFile.read(path(name)) }
}

/// Runs the body with a new folder, removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The names of everything in a folder, hidden files too.
func listing(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// The message of the error that the body throws; `nil` where it throws none.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as TensorFileError {
    return error.message
  } catch {
    return "another error: \(error)"
  }
}

/// One array of each element type.
let oneOfEach: [NumericArray.Storage] = [
  .int8([.min, 0, .max]), .int16([.min, 0, .max]), .int32([.min, 0, .max]),
  .int64([.min, 0, .max]), .uint8([0, 1, .max]), .uint16([0, 1, .max]), .uint32([0, 1, .max]),
  .uint64([0, 1, .max]), .float32([-0.0, 1.5, .infinity]), .float64([-0.0, 0.1, -.infinity]),
  .bool([true, false, true]),
]
