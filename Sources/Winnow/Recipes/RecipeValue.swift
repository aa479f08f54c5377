import Foundation
import Yams

/// What a value of a recipe is.
enum RecipeContent: Sendable {
  case scalar(String, isQuoted: Bool)
  case list([RecipeValue])
  case table([(key: String, value: RecipeValue)])
}

/// A value of a recipe that knows its place: `network.layers.2`, line 14.
struct RecipeValue: Sendable {
  var content: RecipeContent
  var path: String
  /// In the file; `nil` for what the command line set.
  var line: Int?

  /// Reads YAML.
  ///
  /// - Throws: ``RecipeError`` for what is no YAML, and for keys given twice.
  init(yaml text: String, path: String = "") throws {
    let node: Yams.Node?
    do { node = try Yams.compose(yaml: text) } catch {
      let lines = "\(error)".split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      throw RecipeError("this is no YAML: \(lines.first ?? "it cannot be read")")
    }
    guard let node else { throw RecipeError("there is nothing in it") }
    try self.init(node, path)
  }

  private init(_ node: Yams.Node, _ path: String) throws {
    self.path = path
    line = node.mark?.line
    switch node {
    case .scalar(let scalar):
      let isQuoted =
        scalar.style == .singleQuoted || scalar.style == .doubleQuoted || scalar.style == .literal
        || scalar.style == .folded
      content = .scalar(scalar.string, isQuoted: isQuoted)
    case .sequence(let sequence):
      content = .list(
        try sequence.enumerated().map { try RecipeValue($1, Self.join(path, "\($0)")) })
    case .mapping(let mapping):
      var entries: [(key: String, value: RecipeValue)] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw RecipeError("line \(key.mark?.line ?? 0): a key of '\(path)' is no word")
        }
        guard !entries.contains(where: { $0.key == name }) else {
          throw RecipeError(
            "line \(key.mark?.line ?? 0): '\(Self.join(path, name))' is given twice; keep one")
        }
        var value = try RecipeValue(value, Self.join(path, name))
        value.line = key.mark?.line ?? value.line
        entries.append((name, value))
      }
      content = .table(entries)
    default: throw RecipeError("line \(line ?? 0): '\(path)' is an alias; write it out")
    }
  }

  private static func join(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  /// An error at this place.
  func error(_ text: String) -> RecipeError {
    let place = path.isEmpty ? "" : "'\(path)' "
    return RecipeError((line.map { "line \($0): " } ?? "") + place + text)
  }

  var isNull: Bool {
    if case .scalar(let text, false) = content { return ["", "~", "null", "Null", "NULL"].contains(text) }
    return false
  }

  // MARK: What a value is

  func string() throws -> String {
    guard case .scalar(let text, _) = content, !isNull else { throw error("must be a word") }
    return text
  }

  func bool() throws -> Bool {
    switch try? string() {
    case "true", "True", "yes", "on": return true
    case "false", "False", "no", "off": return false
    default: throw error("must be true or false\(found)")
    }
  }

  func integer(_ range: ClosedRange<Int> = Int.min...Int.max) throws -> Int {
    guard case .scalar(let text, false) = content,
      let value = Int(text.replacing("_", with: "")) ?? Double(text).flatMap({ Int(exactly: $0) })
    else { throw error("must be a whole number\(found)") }
    guard range.contains(value) else {
      let bounds =
        range.upperBound == .max
        ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw error("is \(value); give \(bounds)")
    }
    return value
  }

  func number() throws -> Double {
    guard case .scalar(let text, false) = content,
      let value = Double(text.replacing("_", with: "")), value.isFinite
    else { throw error("must be a number\(found)") }
    return value
  }

  func list() throws -> [RecipeValue] {
    guard case .list(let values) = content else { throw error("must be a list, such as [1, 2]\(found)") }
    return values
  }

  /// A list, or a single value as a list of one.
  var elements: [RecipeValue] {
    if case .list(let values) = content { return values }
    return [self]
  }

  func table() throws -> [(key: String, value: RecipeValue)] {
    guard case .table(let entries) = content else {
      throw error("must be a table of keys and values\(found)")
    }
    return entries
  }

  var isTable: Bool {
    if case .table = content { return true }
    return false
  }

  private var found: String {
    switch content {
    case .scalar(let text, _): isNull ? ", and is empty" : ", not '\(text.prefix(40))'"
    case .list: ", not a list"
    case .table: ", not a table"
    }
  }

  /// One of an enumeration's words.
  func choice<Kind: RawRepresentable & CaseIterable>(_: Kind.Type) throws -> Kind
  where Kind.RawValue == String {
    let text = try string()
    if let kind = Kind(rawValue: text) { return kind }
    throw unknown(text, among: Kind.allCases.map(\.rawValue))
  }

  /// That a word is not one of those known.
  func unknown(_ text: String, among known: [String]) -> RecipeError {
    let nearest = nearestKey(to: text, among: known).map { "did you mean '\($0)'?" }
    return error("is '\(text)'; \(nearest ?? "give one of \(known.joined(separator: ", "))")")
  }

  // MARK: Plain data

  var setting: RecipeSetting {
    switch content {
    case .table(let entries):
      return .table(Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value.setting) }))
    case .list(let values): return .list(values.map(\.setting))
    case .scalar(let text, _):
      if isNull { return .null }
      if let value = try? integer() { return .integer(value) }
      if let value = try? number() { return .number(value) }
      if text == "true" || text == "false" { return .bool(text == "true") }
      return .text(text)
    }
  }

  // MARK: Settings of the command line

  /// Sets `key.path=value`; the value is YAML.
  ///
  /// - Throws: ``RecipeError`` when there is no '=', or the path leads through something that has no
  ///   keys.
  mutating func set(_ assignment: String) throws {
    guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
      throw RecipeError("--set takes KEY.PATH=VALUE, not '\(assignment)'")
    }
    let path = assignment[..<equals].trimmingCharacters(in: .whitespaces)
    let text = String(assignment[assignment.index(after: equals)...])
    var value: RecipeValue
    do { value = try RecipeValue(yaml: text.isEmpty ? "null" : text, path: path) } catch {
      throw RecipeError("--set \(assignment): \(error)")
    }
    value.forgetLines()
    try set(path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)[...], value)
  }

  private mutating func forgetLines() {
    line = nil
    switch content {
    case .scalar: break
    case .list(var values):
      for index in values.indices { values[index].forgetLines() }
      content = .list(values)
    case .table(var entries):
      for index in entries.indices { entries[index].value.forgetLines() }
      content = .table(entries)
    }
  }

  private mutating func set(_ keys: ArraySlice<String>, _ value: RecipeValue) throws {
    guard let key = keys.first else {
      self = value
      return
    }
    if isNull { content = .table([]) }
    switch content {
    case .scalar: throw error("has no key '\(key)' to set; it is a single value")
    case .list(var values):
      guard let index = Int(key), values.indices.contains(index) else {
        throw error("has no element '\(key)' to set; it has \(values.count), counted from 0")
      }
      try values[index].set(keys.dropFirst(), value)
      content = .list(values)
    case .table(var entries):
      if let index = entries.firstIndex(where: { $0.key == key }) {
        try entries[index].value.set(keys.dropFirst(), value)
      } else {
        var entry = RecipeValue(content: .table([]), path: Self.join(path, key), line: nil)
        try entry.set(keys.dropFirst(), value)
        entries.append((key, entry))
      }
      content = .table(entries)
    }
  }

  private init(content: RecipeContent, path: String, line: Int?) {
    self.content = content
    self.path = path
    self.line = line
  }
}
