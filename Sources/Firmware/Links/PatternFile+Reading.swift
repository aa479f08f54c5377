public import WinnowNetworkIR

extension PatternFile {
  /// Reads a pattern file of any of the formats, which its first line tells.
  ///
  /// - Parameter name: of the file, for messages.
  /// - Throws: ``NetworkError`` with the line's number.
  public init(text: String, name: String = "the pattern file") throws(NetworkError) {
    var lines = PatternLines(text, name)
    guard let format = Format(of: text) else {
      throw lines.error(
        "is no pattern file: it begins neither with 'Board' (EMP), 'ID:' (EMP v2) nor '#Sideband' or '#LinkLabel' (APx)",
        line: 1)
    }
    switch format {
    case .emp: try self.init(emp: &lines)
    case .emp2: try self.init(emp2: &lines)
    case .apx: try self.init(apx: &lines)
    }
  }

  private init(emp lines: inout PatternLines) throws(NetworkError) {
    let board = try lines.header("Board ", spaced: false)
    _ = try lines.header("Quad/Chan :", spaced: true)
    let links = try lines.links(lines.header("Link :", spaced: true), prefix: "")
    let frames = try lines.rows(links, { "Frame \($0) :" }) { token throws(PatternFault) in
      var rest = Substring(token)
      var strobe = true
      if rest.dropFirst().first == "s" {
        strobe = try flag(rest.first!)
        rest = rest.dropFirst(2)
      }
      guard let valid = rest.first, rest.dropFirst().first == "v" else { throw PatternFault() }
      return LinkFrame(data: try word(rest.dropFirst(2)), isValid: try flag(valid), strobe: strobe)
    }
    self.init(board: board.text, links: links, frames: frames)
  }

  private init(emp2 lines: inout PatternLines) throws(NetworkError) {
    let board = try lines.header("ID: ", spaced: false)
    _ = try lines.header(
      "Metadata: (strobe,) start of orbit, start of packet, end of packet, valid", spaced: false)
    let links = try lines.links(lines.header("Link  ", spaced: true), prefix: "")
    // Flags and data have one blank between them, columns two or more.
    let frames = try lines.rows(links, { "Frame \($0)  " }, joined: true) {
      token throws(PatternFault) in
      let parts = token.split(separator: " ")
      guard parts.count == 2, (4...5).contains(parts[0].count) else { throw PatternFault() }
      var flags: [Bool] = []
      for character in parts[0] { flags.append(try flag(character)) }
      let strobe = flags.count == 5 ? flags.removeFirst() : true
      return LinkFrame(
        data: try word(parts[1]), isValid: flags[3], startsPacket: flags[1], endsPacket: flags[2],
        startsOrbit: flags[0], strobe: strobe)
    }
    self.init(board: board.text, links: links, frames: frames)
  }

  private init(apx lines: inout PatternLines) throws(NetworkError) {
    if lines.peek()?.hasPrefix("#Sideband") == true { _ = lines.next() }
    let links = try lines.links(lines.header("#LinkLabel", spaced: false), prefix: "LINK_")
    _ = try lines.header("#BeginData", spaced: false)
    var frames: [[LinkFrame]] = links.map { _ in [] }
    while let (line, number) = lines.next() {
      let tokens = line.split(whereSeparator: \.isWhitespace)
      if tokens.isEmpty { continue }
      guard let row = hexadecimal(tokens[0], most: 16), row == UInt64(frames[0].count) else {
        throw lines.error(
          "has '\(tokens[0].prefix(40))' where the row 0x\(String(frames[0].count, radix: 16)) must be",
          line: number)
      }
      guard tokens.count == 2 * links.count + 1 else {
        throw lines.error(
          "has \(tokens.count - 1) numbers for \(links.count) links; two a link must be there",
          line: number)
      }
      for link in links.indices {
        guard let sideband = hexadecimal(tokens[2 * link + 1], most: 2),
          let data = hexadecimal(tokens[2 * link + 2], most: 16)
        else {
          throw lines.error(
            "has '\(tokens[2 * link + 1].prefix(20)) \(tokens[2 * link + 2].prefix(40))' for link \(links[link]); it takes a sideband and a word, such as 0x01 0x0000000000000000",
            line: number)
        }
        frames[link].append(
          LinkFrame(
            data: data, isValid: sideband & 1 != 0, startsPacket: sideband & 2 != 0,
            endsPacket: sideband & 8 != 0, startsOrbit: sideband & 4 != 0))
      }
    }
    self.init(board: "", links: links, frames: frames)
  }
}

extension PatternFile.Format {
  /// What the first line with content says; `nil` for another kind of file.
  public init?(of text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let start = line.drop { $0 == " " || $0 == "\t" }
      if start.hasPrefix("#Sideband") || start.hasPrefix("#LinkLabel") {
        self = .apx
        return
      }
      if start.isEmpty || start.hasPrefix("#") { continue }
      if start.hasPrefix("Board ") {
        self = .emp
      } else if start.hasPrefix("ID: ") {
        self = .emp2
      } else {
        return nil
      }
      return
    }
    return nil
  }
}

/// A token that is not of its format; the reader of the row says where.
struct PatternFault: Error {}

private func flag(_ character: Character) throws(PatternFault) -> Bool {
  guard character == "0" || character == "1" else { throw PatternFault() }
  return character == "1"
}

/// Exactly 16 hexadecimal digits.
private func word(_ text: Substring) throws(PatternFault) -> UInt64 {
  guard text.utf8.count == 16, text.allSatisfy(\.isHexDigit), let word = UInt64(text, radix: 16) else {
    throw PatternFault()
  }
  return word
}

/// `0x` and up to `most` digits.
private func hexadecimal(_ text: Substring, most: Int) -> UInt64? {
  guard text.hasPrefix("0x"), (3...2 + most).contains(text.utf8.count),
    text.dropFirst(2).allSatisfy(\.isHexDigit)
  else { return nil }
  return UInt64(text.dropFirst(2), radix: 16)
}
