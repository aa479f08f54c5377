/// A recipe as plain data: what `run.json` keeps, and what decides whether two runs are the same.
public indirect enum RecipeSetting: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([RecipeSetting])
  case table([String: RecipeSetting])

  /// The path of the first place where two recipes differ; `nil` where they are equal.
  public func firstDifference(from other: RecipeSetting, path: String = "") -> String? {
    guard case .table(let own) = self, case .table(let others) = other else {
      return self == other ? nil : path
    }
    for key in Set(own.keys).union(others.keys).sorted() {
      let place = path.isEmpty ? key : "\(path).\(key)"
      guard let a = own[key], let b = others[key] else { return place }
      if let difference = a.firstDifference(from: b, path: place) { return difference }
    }
    return nil
  }
}

extension RecipeSetting: Codable {
  public init(from decoder: any Decoder) throws {
    if let table = try? decoder.container(keyedBy: AnyKey.self) {
      self = .table(
        try Dictionary(
          uniqueKeysWithValues: table.allKeys.map {
            ($0.stringValue, try table.decode(RecipeSetting.self, forKey: $0))
          }))
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var elements: [RecipeSetting] = []
      while !list.isAtEnd { elements.append(try list.decode(RecipeSetting.self)) }
      self = .list(elements)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .table(let table):
      var container = encoder.container(keyedBy: AnyKey.self)
      for (key, value) in table { try container.encode(value, forKey: AnyKey(key)) }
    case .list(let list):
      var container = encoder.unkeyedContainer()
      for value in list { try container.encode(value) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      default: try container.encodeNil()
      }
    }
  }

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }
}
