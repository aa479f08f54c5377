/// The parts of an emitted module, read back from its text: what a proof of the file starts from.
struct VerilogText {
  struct Wire {
    var width: Int
    var expression: String
  }

  /// `wire NAME = expression;`
  private(set) var wires: [String: Wire] = [:]
  /// The names of wires in the order of the file.
  private(set) var order: [String] = []
  /// `NAME <= source;`: the register's source.
  private(set) var transfers: [String: String] = [:]
  /// The bits that a register has, by their own numbers.
  private(set) var registers: [String: Range<Int>] = [:]
  /// `assign NAME = expression;`
  private(set) var assignments: [String: String] = [:]
  /// For each `case` function the lines between `case` and `default`.
  private(set) var tables: [String: [Substring]] = [:]

  /// Reads the module; lines that are none of the forms above are ignored, and what they might
  /// have held is then missed by name.
  init(_ text: String) {
    var pending: Substring = ""
    var table: (name: String, lines: [Substring])?
    for line in text.split(separator: "\n") {
      let code = line.prefix { $0 == " " }.isEmpty && !line.hasPrefix("}") ? "" : Self.trimmed(line)
      if code.hasPrefix("//") { continue }
      if table != nil {
        if code == "endfunction" {
          tables[table!.name] = table!.lines
          table = nil
        } else if code.contains(": ") || code.hasPrefix("default") {
          table!.lines.append(code)
        }
        continue
      }
      if code.hasPrefix("function") {
        let name = code.prefix { $0 != "(" }.split(separator: " ").last ?? ""
        table = (String(name), [])
        continue
      }
      let statement = pending.isEmpty ? code : pending + " " + code
      if statement.hasPrefix("assign "), !statement.hasSuffix(";") {
        pending = statement
        continue
      }
      pending = ""
      read(statement)
    }
  }

  private mutating func read(_ statement: Substring) {
    guard statement.hasSuffix(";") else { return }
    let body = statement.dropLast()
    if body.hasPrefix("wire "), let parts = Self.split(body.dropFirst(5), " = ") {
      let (name, bits) = Self.declaration(parts.0)
      wires[name] = Wire(width: bits.count, expression: String(parts.1))
      order.append(name)
    } else if body.hasPrefix("reg ") {
      let (name, bits) = Self.declaration(
        Self.split(body.dropFirst(4), " = ")?.0 ?? body.dropFirst(4))
      registers[name] = bits
    } else if body.hasPrefix("assign "), let parts = Self.split(body.dropFirst(7), " = ") {
      assignments[String(parts.0)] = String(parts.1)
    } else if let parts = Self.split(body, " <= ") {
      let target = parts.0.split(separator: " ").last ?? parts.0
      transfers[String(target)] = String(parts.1)
    }
  }

  /// `[3:0] name`: the name and its bits.
  private static func declaration(_ text: Substring) -> (String, Range<Int>) {
    guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else {
      return (String(trimmed(text)), 0..<1)
    }
    let name = String(trimmed(text[text.index(after: end)...]))
    let ends = text[..<end].dropFirst().split(separator: ":").compactMap { Int($0) }
    guard ends.count == 2, ends[0] >= ends[1] else { return (name, 0..<1) }
    return (name, ends[1]..<ends[0] + 1)
  }

  private static func split(_ text: Substring, _ separator: String) -> (Substring, Substring)? {
    guard let place = text.firstRange(of: separator) else { return nil }
    return (text[..<place.lowerBound], text[place.upperBound...])
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " }
    return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
  }

  /// Where an expression names signals: identifiers that are no literal, keyword or system function.
  static func identifiers(_ expression: String) -> [(name: String, range: Range<String.Index>)] {
    var found: [(String, Range<String.Index>)] = []
    var index = expression.startIndex
    var before: Character = " "
    while index < expression.endIndex {
      let character = expression[index]
      guard character.isLetter || character == "_" || character == "$" || character.isNumber else {
        before = character
        index = expression.index(after: index)
        continue
      }
      let end =
        expression[index...].firstIndex {
          !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$")
        } ?? expression.endIndex
      if before != "'", !character.isNumber, character != "$" {
        found.append((String(expression[index..<end]), index..<end))
      }
      before = expression[expression.index(before: end)]
      index = end
    }
    return found
  }

  /// An expression with its identifiers renamed.
  static func renamed(_ expression: String, _ name: (String) -> String) -> String {
    var result = expression
    for (old, range) in identifiers(expression).reversed() {
      result.replaceSubrange(range, with: name(old))
    }
    return result
  }
}
