import WinnowNetworkIR

/// A strict JSON parser (RFC 8259): bounded depth, no duplicate keys, integers of 64 bits.
struct JSONParser {
  /// Deeper documents are refused; a description needs 4 levels.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var place = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Throws: ``NetworkError`` with the line of the first mistake.
  static func parse(_ bytes: [UInt8]) throws -> JSONValue {
    var parser = JSONParser(bytes)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { parser.place = 3 }
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.place == bytes.count else {
      throw parser.wrong("there is more after the end of the document")
    }
    return value
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }

  private func wrong(_ what: String) -> NetworkError {
    let line = bytes[..<min(place, bytes.count)].reduce(1) { $1 == 0x0a ? $0 + 1 : $0 }
    return NetworkError("malformed JSON in line \(line): \(what)")
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, Self.isSpace(byte) { place += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws {
    guard take(byte) else {
      let wanted = Character(Unicode.Scalar(byte))
      throw wrong(
        next == nil
          ? "the file ends where '\(wanted)' should stand; it is truncated" : "'\(wanted)' should stand here")
    }
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    guard depth < Self.maximumDepth else {
      throw wrong("lists and objects are nested more than \(Self.maximumDepth) deep")
    }
    skipSpace()
    guard let byte = next else { throw wrong("the file ends where a value should stand; it is truncated") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in [("true", JSONValue.boolean(true)), ("false", .boolean(false)), ("null", .null)]
      where bytes[place...].starts(with: word.utf8) {
        place += word.utf8.count
        return value
      }
      throw wrong("this is no JSON value")
    }
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    try expect(UInt8(ascii: "{"))
    var members: [String: JSONValue] = [:]
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw wrong("a key in quotation marks should stand here") }
      let key = try string()
      try expect(UInt8(ascii: ":"))
      guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
        throw wrong("the key '\(key.prefix(40))' appears twice")
      }
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    return .object(members)
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    try expect(UInt8(ascii: "["))
    var integers: [Int] = []
    var values: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .integers([]) }
    repeat {
      let value = try value(depth: depth + 1)
      if values.isEmpty, case .integer(let number) = value {
        integers.append(number)
      } else {
        if values.isEmpty { values = integers.map(JSONValue.integer) }
        values.append(value)
      }
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return values.isEmpty ? .integers(integers) : .array(values)
  }

  private mutating func number() throws -> JSONValue {
    let start = place
    if next == UInt8(ascii: "-") { place += 1 }
    let first = next
    guard digits() > 0 else { throw wrong("a digit should stand here") }
    // A leading zero stands alone.
    if first == UInt8(ascii: "0"), place - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
      throw wrong("a number begins with 0")
    }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      isInteger = false
      place += 1
      guard digits() > 0 else { throw wrong("a digit should stand after the point") }
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      place += 1
      if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { place += 1 }
      guard digits() > 0 else { throw wrong("a digit should stand in the exponent") }
    }
    if isInteger {
      guard let value = integer(bytes[start..<place]) else {
        throw wrong("the number is too large; 64-bit integers are possible")
      }
      return .integer(value)
    }
    guard place - start <= 400, let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)),
      value.isFinite
    else { throw wrong("the number is too large or too long") }
    return .real(value)
  }

  private mutating func digits() -> Int {
    let start = place
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { place += 1 }
    return place - start
  }

  private func integer(_ text: ArraySlice<UInt8>) -> Int? {
    let isNegative = text.first == UInt8(ascii: "-")
    var value = 0
    for byte in isNegative ? text.dropFirst() : text {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let digit = Int(byte - UInt8(ascii: "0"))
      let (sum, carry) = product.subtractingReportingOverflow(digit)
      if overflow || carry { return nil }
      value = sum  // counted downwards, so that the smallest integer fits
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  private mutating func string() throws -> String {
    place += 1
    var text: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw wrong("a text is not valid UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: Array(String(try escaped()).utf8))
      case ..<0x20: throw wrong("a text holds a control character")
      default: text.append(byte)
      }
    }
    throw wrong("the file ends inside a text; it is truncated")
  }

  private mutating func escaped() throws -> Character {
    guard let byte = next else { throw wrong("the file ends inside a text; it is truncated") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try unit()
      if (0xd800..<0xdc00).contains(code), bytes[place...].starts(with: "\\u".utf8) {
        place += 2
        let low = try unit()
        guard (0xdc00..<0xe000).contains(low) else { throw wrong("half a surrogate pair") }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw wrong("half a surrogate pair") }
      return Character(scalar)
    default: throw wrong("an unknown escape in a text")
    }
  }

  private mutating func unit() throws -> UInt32 {
    guard place + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16),
      bytes[place] != UInt8(ascii: "+"), bytes[place] != UInt8(ascii: "-")
    else { throw wrong("four hexadecimal digits should follow \\u") }
    place += 4
    return code
  }
}
