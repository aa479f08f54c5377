/// A JSON document, with numbers as they are written: integers exact, others as `Double`.
enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  case real(Double)
  case string(String)
  /// A list of integers only, the bulk of a description.
  case integers([Int])
  case array([JSONValue])
  case object([String: JSONValue])

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a truth value"
    case .integer: "an integer"
    case .real(let value): "the number \(value)"
    case .string: "a text"
    case .integers, .array: "a list"
    case .object: "an object"
    }
  }
}
