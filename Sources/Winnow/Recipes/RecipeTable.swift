/// A table of a recipe with the keys that it may have; others are refused when it is opened.
struct RecipeTable: Sendable {
  let value: RecipeValue
  private let entries: [(key: String, value: RecipeValue)]

  /// - Throws: ``RecipeError`` naming a key that the table cannot have, and the nearest that it can.
  init(_ value: RecipeValue, keys: [String]) throws {
    self.value = value
    entries = try value.table()
    for (key, entry) in entries where !keys.contains(key) {
      let owner = value.path.isEmpty ? "a recipe" : "'\(value.path)'"
      let hint =
        nearestKey(to: key, among: keys).map { "did you mean '\($0)'?" }
        ?? (value.path.isEmpty ? Self.deeper(key) : nil)
        ?? "its keys are \(keys.joined(separator: ", "))"
      throw entry.error("is no key of \(owner); \(hint)")
    }
  }

  /// A key that belongs into a table of the recipe.
  private static func deeper(_ key: String) -> String? {
    let paths = [
      "optimizer.learning_rate", "optimizer.momentum", "data.file", "data.split", "data.scaler",
      "data.inputs", "data.targets", "data.weights", "network.dense", "network.layers",
      "network.activation", "network.dropout", "quantization.activations", "widths.beta",
      "distillation.teacher", "distillation.temperature", "pruning.final_sparsity",
    ]
    let names = paths.map { String($0.split(separator: ".")[1]) }
    guard let nearest = nearestKey(to: key, among: names), let place = names.firstIndex(of: nearest)
    else { return nil }
    return "did you mean '\(paths[place])'?"
  }

  /// A table without keys, for what is given by its name alone.
  init(emptyAt value: RecipeValue) {
    self.value = value
    entries = []
  }

  /// A key's value; `nil` where it is left out or empty.
  subscript(key: String) -> RecipeValue? {
    entries.first { $0.key == key && !$0.value.isNull }?.value
  }

  func required(_ key: String) throws -> RecipeValue {
    guard let value = self[key] else {
      throw value.error(
        value.path.isEmpty ? "the recipe has no '\(key)'; give it" : "has no '\(key)'; give it")
    }
    return value
  }

  func has(_ key: String) -> Bool { self[key] != nil }
  func string(_ key: String) throws -> String? { try self[key]?.string() }
  func bool(_ key: String) throws -> Bool? { try self[key]?.bool() }
  func number(_ key: String) throws -> Double? { try self[key]?.number() }
  func integer(_ key: String, _ range: ClosedRange<Int> = 0...Int.max) throws -> Int? {
    try self[key]?.integer(range)
  }
}
