import WinnowONNXSchema
import Foundation
import WinnowNetworkIR

/// What ONNX cannot say about a graph input: Winnow keeps it in the model's metadata under
/// `winnow.input:NAME`, as JSON.
struct InputNotes: Codable {
  /// The input is exact fixed point with this many fraction bits.
  var fraction: Int?
  /// Bounds of symbolic dimensions by axis.
  var bounds: [String: Int]?

  static let prefix = "winnow.input:"

  static func all(in model: Onnx_ModelProto) throws -> [String: InputNotes] {
    var notes: [String: InputNotes] = [:]
    for entry in model.metadataProps where entry.key.hasPrefix(prefix) {
      let name = String(entry.key.dropFirst(prefix.count))
      guard let note = try? JSONDecoder().decode(InputNotes.self, from: Data(entry.value.utf8)) else {
        throw NetworkError("the metadata '\(entry.key)' is not what Winnow writes there")
      }
      notes[name] = note
    }
    return notes
  }

  var encoded: String? {
    if fraction == nil, bounds == nil { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
  }
}
