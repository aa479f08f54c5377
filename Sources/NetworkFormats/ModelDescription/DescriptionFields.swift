import WinnowFixedPoint
import WinnowNetworkIR

/// The members of one JSON object with their types checked.
struct DescriptionFields {
  /// Names the object in messages: "layer 'mu' (Dense)".
  let place: String
  private let members: [String: JSONValue]

  init(_ value: JSONValue, place: String) throws {
    guard case .object(let members) = value else {
      throw NetworkError("\(place) is \(value.kind), not an object")
    }
    self.place = place
    self.members = members
  }

  init(renaming fields: DescriptionFields, to place: String) {
    self.place = place
    members = fields.members
  }

  func wrong(_ message: String) -> NetworkError { NetworkError("\(place): \(message)") }

  func has(_ key: String) -> Bool { members[key] != nil }

  private func value(_ key: String) throws -> JSONValue {
    guard let value = members[key] else { throw wrong("'\(key)' is missing") }
    return value
  }

  func string(_ key: String) throws -> String {
    let value = try value(key)
    guard case .string(let text) = value else { throw wrong("'\(key)' is \(value.kind), not a text") }
    return text
  }

  func integer(_ key: String) throws -> Int {
    let value = try value(key)
    guard case .integer(let number) = value else {
      throw wrong("'\(key)' is \(value.kind), not an integer")
    }
    return number
  }

  /// A size: at least 1, at most what a network may hold.
  func size(_ key: String) throws -> Int { try checked(size: integer(key), key) }

  func sizes(_ key: String, count: Int? = nil) throws -> [Int] {
    try integers(key, count: count).map { try checked(size: $0, key) }
  }

  private func checked(size: Int, _ key: String) throws -> Int {
    guard size >= 1, size <= Network.maximumElements else {
      throw wrong("'\(key)' holds \(size); sizes from 1 to \(Network.maximumElements) are possible")
    }
    return size
  }

  func integers(_ key: String, count: Int? = nil) throws -> [Int] {
    let value = try value(key)
    guard case .integers(let numbers) = value else {
      throw wrong("'\(key)' is \(value.kind), not a list of integers")
    }
    if let count, numbers.count != count {
      throw wrong("'\(key)' holds \(numbers.count) numbers; there must be \(count)")
    }
    return numbers
  }

  func list(_ key: String) throws -> [JSONValue] {
    switch try value(key) {
    case .array(let values): return values
    case .integers(let numbers): return numbers.map(JSONValue.integer)
    case let other: throw wrong("'\(key)' is \(other.kind), not a list")
    }
  }

  func strings(_ key: String) throws -> [String] {
    try list(key).map {
      guard case .string(let text) = $0 else { throw wrong("'\(key)' holds \($0.kind), not only texts") }
      return text
    }
  }

  func object(_ key: String) throws -> DescriptionFields {
    try DescriptionFields(value(key), place: "\(place), '\(key)'")
  }

  // MARK: Types and mantissas

  func type(_ key: String) throws -> FixedPointType {
    guard let type = try optionalType(key) else {
      throw wrong("'\(key)' is missing or null; a fixed-point type must stand there")
    }
    return type
  }

  /// A type; `nil` where `null` stands in its place or the key is missing: exact.
  func optionalType(_ key: String) throws -> FixedPointType? {
    guard let value = members[key], value != .null else { return nil }
    let fields = try DescriptionFields(value, place: "\(place), '\(key)'")
    let roundingName = try fields.string("rounding")
    let overflowName = try fields.string("overflow")
    guard let rounding = RoundingMode(rawValue: roundingName) else {
      throw fields.wrong(
        "unknown rounding '\(roundingName.prefix(40))'; known are \(Self.names(RoundingMode.allCases))")
    }
    guard let overflow = OverflowMode(rawValue: overflowName) else {
      throw fields.wrong(
        "unknown overflow '\(overflowName.prefix(40))'; known are \(Self.names(OverflowMode.allCases))")
    }
    guard case .boolean(let signed) = try fields.value("signed") else {
      throw fields.wrong("'signed' is not true or false")
    }
    let (width, integer) = (try fields.integer("width"), try fields.integer("integer"))
    guard (1...FixedPointFormat.maximumWidth).contains(width), (-256...256).contains(integer) else {
      throw fields.wrong(
        "width \(width) and integer \(integer); widths from 1 to \(FixedPointFormat.maximumWidth) and integer parts up to ±256 bits are possible"
      )
    }
    let type = FixedPointType(
      signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
    do { try type.format.validate() } catch { throw fields.wrong(error.message) }
    return type
  }

  private static func names<Mode: RawRepresentable<String>>(_ modes: [Mode]) -> String {
    modes.map(\.rawValue).joined(separator: ", ")
  }

  /// Mantissas of a type, every one in its range.
  func mantissas(_ key: String, count: Int?, of type: FixedPointType) throws -> [Int] {
    let numbers = try integers(key, count: count)
    for (index, number) in numbers.enumerated() where !type.format.contains(mantissa: Int128(number)) {
      throw wrong("'\(key)' holds \(number) at place \(index), which \(type.format) cannot hold")
    }
    return numbers
  }

  /// A constant tensor of mantissas.
  func tensor(_ key: String, shape: [Int], type typeKey: String) throws -> Tensor {
    let type = try type(typeKey)
    let numbers = try mantissas(key, count: shape.reduce(1, *), of: type)
    return Tensor(shape, .fixed(numbers.map { Int128($0) }, fraction: type.fraction))
  }
}
