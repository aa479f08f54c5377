import Foundation
public import WinnowFirmware
import WinnowNetworkIR
import WinnowTensors

extension LinkMap {
  /// Reads `io.yaml`.
  ///
  /// - Throws: ``NetworkError`` with the file's name, and what is wrong where.
  public init(yamlFile path: String) throws {
    let text = String(decoding: try InputFile.read(path), as: UTF8.self)
    do {
      let table = try JSONSerialization.data(
        withJSONObject: try RecipeValue(yaml: text).plain, options: .fragmentsAllowed)
      self = try JSONDecoder().decode(LinkMap.self, from: table)
    } catch let error as RecipeError {
      throw NetworkError("'\(path)': \(error)")
    } catch let error as NetworkError {
      throw NetworkError("'\(path)': \(error)")
    }
  }
}

extension RecipeValue {
  /// As JSON holds it: a word in quotes stays a word, other scalars are numbers, booleans or words.
  fileprivate var plain: Any {
    switch content {
    case .scalar(let text, let isQuoted):
      if isQuoted { return text }
      if isNull { return NSNull() }
      if let integer = try? integer() { return integer }
      if let number = try? number() { return number }
      if let bool = try? bool() { return bool }
      return text
    case .list(let values): return values.map(\.plain)
    case .table(let entries):
      return Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value.plain) })
    }
  }
}
