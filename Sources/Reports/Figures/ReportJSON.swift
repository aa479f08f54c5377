import Foundation
import WinnowTensors

/// How figures, tables and pages are written as JSON; NaN and infinities are strings there.
enum ReportJSON {
  static func bytes(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  /// - Throws: ``ReportError`` that names the file and the place in it.
  static func read<Value: Decodable>(_ type: Value.Type, _ path: String, what: String) throws -> Value {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(path) } catch { throw ReportError("\(error)") }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do { return try decoder.decode(Value.self, from: Data(bytes)) } catch let error as DecodingError {
      throw ReportError("'\(path)' holds no \(what): \(sentence(error))")
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(place(context.codingPath + [key]))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "'\(place(context.codingPath))' is of another kind"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "it is not JSON" : "'\(place(context.codingPath))': \(context.debugDescription)"
    @unknown default: return "it is not JSON"
    }
  }
}
