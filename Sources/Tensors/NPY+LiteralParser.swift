extension NPY {
  /// Parses the few Python literals of an NPY header: strings, Booleans and tuples of integers.
  struct LiteralParser {
    private let text: ArraySlice<UInt8>
    private var position: Int

    init(_ text: ArraySlice<UInt8>) {
      self.text = text
      position = text.startIndex
    }
  }
}

extension NPY.LiteralParser {
  /// Whether the next character, spaces skipped, is this one.
  mutating func isNext(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return position < text.endIndex && text[position] == UInt8(ascii: character)
  }

  /// Steps over the character if it is next.
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard isNext(character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(NPY.Defect) {
    guard accept(character) else { throw unexpected("'\(character)'") }
  }

  mutating func expectEnd() throws(NPY.Defect) {
    skipSpace()
    guard position == text.endIndex else { throw unexpected("the end") }
  }

  /// A string in single or double quotes, of printable ASCII without backslashes.
  mutating func string() throws(NPY.Defect) -> String {
    let isDouble = isNext("\"")
    let quote: Unicode.Scalar = isDouble ? "\"" : "'"
    guard accept(quote) else { throw unexpected("a string") }
    let start = position
    while position < text.endIndex, text[position] != UInt8(ascii: quote) {
      guard (0x20..<0x7f).contains(text[position]), text[position] != UInt8(ascii: "\\") else {
        throw unexpected("plain ASCII")
      }
      position += 1
    }
    guard position < text.endIndex, position - start <= 64 else {
      throw unexpected("a string of at most 64 characters")
    }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  mutating func boolean() throws(NPY.Defect) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  /// A tuple of integers that are not negative: `()`, `(3,)`, `(3, 4)`.
  mutating func extents(limit: Int) throws(NPY.Defect) -> [Int] {
    try expect("(")
    var result: [Int] = []
    while !accept(")") {
      guard result.count < limit else { throw .malformed("it has more than \(limit) axes") }
      result.append(try integer())
      if accept(",") { continue }
      // Python reads `(3)` as a number, not as a shape.
      guard result.count > 1 else { throw unexpected("','") }
      try expect(")")
      break
    }
    return result
  }

  private mutating func integer() throws(NPY.Defect) -> Int {
    skipSpace()
    let start = position
    while position < text.endIndex, (0x30...0x39).contains(text[position]) { position += 1 }
    guard position > start else { throw unexpected("an extent") }
    guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
      throw .malformed("an extent is too large")
    }
    // Python 2 wrote long integers as `3L`.
    if position < text.endIndex, text[position] == UInt8(ascii: "L") { position += 1 }
    return value
  }

  private mutating func skipSpace() {
    while position < text.endIndex, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) {
      position += 1
    }
  }

  private func unexpected(_ wanted: String) -> NPY.Defect {
    .malformed("\(wanted) is missing at character \(position - text.startIndex)")
  }
}
