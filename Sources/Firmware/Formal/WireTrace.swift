/// Where every bit of an emitted module's wires and registers comes from, and how many clock edges
/// after the input ports it is there.
///
/// Registers and expressions that only place bits are followed; other expressions make bits of
/// their own.
struct WireTrace {
  struct Bit: Hashable {
    /// The wire or input register that makes it; `nil` for a constant.
    var source: String?
    /// Its place there, or the constant.
    var place: Int
    /// Clock edges from the input port; 0 for a constant.
    var time: Int

    /// The same bit at any time.
    var identity: Bit { Bit(source: source, place: place, time: 0) }
  }

  struct Vector {
    /// The number of its lowest bit.
    var low: Int
    var bits: [Bit]
  }

  private let text: VerilogText
  private let inputs: Set<String>
  private var vectors: [String: Vector] = [:]
  private var pending: Set<String> = []
  private(set) var faults: [String] = []

  /// - Parameter inputs: the names of the input ports.
  init(_ text: VerilogText, inputs: Set<String>) {
    self.text = text
    self.inputs = inputs
    // In the order of the file, so that no chain is followed deeply.
    for name in text.order { _ = self[name] }
  }

  /// The bits of a name; `nil` if nothing drives it.
  subscript(name: String) -> Vector? {
    mutating get {
      if let known = vectors[name] { return known }
      guard pending.insert(name).inserted else {
        faults.append("\(name) depends on itself")
        return nil
      }
      let result = vector(of: name)
      vectors[name] = result
      return result
    }
  }

  private mutating func vector(of name: String) -> Vector? {
    if let wire = text.wires[name] { return Vector(low: 0, bits: bits(of: wire, name)) }
    guard let range = text.registers[name], let source = text.transfers[name] else { return nil }
    let read = VerilogText.identifiers(source).map(\.name)
    if read.count == 1, inputs.contains(read[0]) {
      return Vector(
        low: range.lowerBound, bits: range.map { Bit(source: name, place: $0, time: 1) })
    }
    guard let bits = placed(source[...]), bits.count == range.count else {
      faults.append("register \(name) takes '\(source)'")
      return nil
    }
    return Vector(
      low: range.lowerBound,
      bits: bits.map { $0.source == nil ? $0 : Bit(source: $0.source, place: $0.place, time: $0.time + 1) })
  }

  /// The time at which an expression's signals are read; a fault if it is not one.
  mutating func time(_ expression: String, of reader: String) -> Int? {
    var times: Set<Int> = []
    for (name, _) in VerilogText.identifiers(expression) where text.tables[name] == nil {
      guard let vector = self[name] else {
        faults.append("\(reader) reads \(name), which nothing drives")
        return nil
      }
      times.formUnion(vector.bits.lazy.filter { $0.source != nil }.map(\.time))
    }
    if times.count > 1 { faults.append("\(reader) reads signals of different clock edges") }
    return times.count == 1 ? times.first! : nil
  }

  private mutating func bits(of wire: VerilogText.Wire, _ name: String) -> [Bit] {
    let time = time(wire.expression, of: name) ?? 0
    func own(_ places: Range<Int>) -> [Bit] {
      places.map { Bit(source: name, place: $0, time: time) }
    }
    guard let pieces = Self.pieces(wire.expression[...]) else {
      return placed(wire.expression[...]) ?? own(0..<wire.width)
    }
    // From the lowest; at most one piece makes bits of its own.
    let known = pieces.reversed().map { placed($0) }
    let rest = wire.width - known.reduce(0) { $0 + ($1?.count ?? 0) }
    let made = known.count { $0 == nil }
    guard rest >= 0, made == 1 || made == 0 && rest == 0 else { return own(0..<wire.width) }
    return known.reduce(into: []) { $0 += $1 ?? own($0.count..<$0.count + rest) }
  }

  /// The bits of an expression that only places bits, lowest first.
  private mutating func placed(_ expression: Substring) -> [Bit]? {
    let code = expression.drop { $0 == " " }
    if let pieces = Self.pieces(code) {
      var bits: [Bit] = []
      for piece in pieces.reversed() {
        guard let part = placed(piece) else { return nil }
        bits += part
      }
      return bits
    }
    if code.hasPrefix("{"), code.hasSuffix("}}"), let copies = Int(code.dropFirst().prefix { $0.isNumber }) {
      let inner = code.drop { $0 != "{" }.dropFirst().drop { $0 != "{" }
      guard let part = placed(inner.dropFirst().dropLast(2)) else { return nil }
      return Array(repeating: part, count: copies).flatMap(\.self)
    }
    if let quote = code.firstIndex(of: "'"), let width = Int(code[..<quote]) {
      let digits = code[code.index(after: quote)...]
      guard let value = UInt128(digits.dropFirst(), radix: digits.first == "h" ? 16 : 10) else {
        return nil
      }
      return (0..<width).map {
        Bit(source: nil, place: $0 < 128 ? Int(value >> UInt128($0) & 1) : 0, time: 0)
      }
    }
    let name = code.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
    guard let first = name.first, !first.isNumber, first != "$" else { return nil }
    let index = code.dropFirst(name.count)
    guard index.isEmpty || index.hasPrefix("[") && index.firstIndex(of: "]") == index.indices.last,
      let vector = self[String(name)]
    else { return nil }
    if index.isEmpty { return vector.bits }
    let ends = index.dropFirst().dropLast().split(separator: ":").compactMap { Int($0) }
    guard let high = ends.first, let low = ends.last, low >= vector.low, high >= low,
      high < vector.low + vector.bits.count
    else { return nil }
    return Array(vector.bits[low - vector.low...high - vector.low])
  }

  /// The parts of `{a, b, c}`; `nil` for anything else, a repetition too.
  static func pieces(_ expression: Substring) -> [Substring]? {
    guard expression.hasPrefix("{"), expression.hasSuffix("}") else { return nil }
    var pieces: [Substring] = []
    var depth = 0
    var start = expression.index(after: expression.startIndex)
    for index in expression.indices {
      switch expression[index] {
      case "{", "(", "[": depth += 1
      case "}", ")", "]":
        depth -= 1
        // Closed before the end: `{a, b} + c`.
        if depth == 0, index != expression.indices.last { return nil }
      case "," where depth == 1:
        pieces.append(expression[start..<index])
        start = expression.index(after: index)
      default: break
      }
    }
    let last = expression[start..<expression.index(before: expression.endIndex)]
    // `{4{a}}` has a number before its inner brace.
    let rest = last.drop { $0.isNumber }
    if pieces.isEmpty, last.first?.isNumber == true, rest.hasPrefix("{") { return nil }
    pieces.append(last)
    return pieces.map { piece in
      let start = piece.drop { $0 == " " }
      return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
    }
  }
}
