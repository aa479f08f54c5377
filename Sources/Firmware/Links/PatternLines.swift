import WinnowNetworkIR

/// The lines of a pattern file, with their numbers.
struct PatternLines {
  private let lines: [Substring]
  private let name: String
  private var place = 0

  init(_ text: String, _ name: String) {
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    self.name = name
  }

  func error(_ what: String, line: Int) -> NetworkError {
    NetworkError("\(name), line \(line), \(what)")
  }

  func peek() -> Substring? { place < lines.count ? lines[place] : nil }

  mutating func next() -> (line: Substring, number: Int)? {
    guard place < lines.count else { return nil }
    place += 1
    return (lines[place - 1], place)
  }

  /// The rest of the next line with content, which must begin so.
  ///
  /// - Parameter spaced: blanks may stand before it.
  mutating func header(
    _ prefix: String, spaced: Bool
  ) throws(NetworkError) -> (text: String, number: Int) {
    while let (line, number) = next() {
      let start = spaced ? line.drop { $0 == " " || $0 == "\t" } : line
      if start.hasPrefix(prefix) {
        return (start.dropFirst(prefix.count).trimmed, number)
      }
      if start.allSatisfy(\.isWhitespace) || start.hasPrefix("#") { continue }
      throw error("must begin with '\(prefix)', not '\(line.prefix(40))'", line: number)
    }
    throw error("is the end, where a line with '\(prefix)' must be", line: lines.count)
  }

  /// The links' numbers, each once.
  func links(
    _ header: (text: String, number: Int), prefix: String
  ) throws(NetworkError) -> [Int] {
    var links: [Int] = []
    for token in header.text.split(whereSeparator: \.isWhitespace) {
      let digits = token.dropFirst(prefix.count)
      guard token.hasPrefix(prefix), (1...6).contains(digits.count),
        digits.allSatisfy({ ("0"..."9").contains($0) }), let link = Int(digits)
      else {
        throw error("has '\(token.prefix(40))' where a link's number must be", line: header.number)
      }
      guard !links.contains(link) else {
        throw error("has the link \(link) twice", line: header.number)
      }
      links.append(link)
    }
    guard !links.isEmpty else { throw error("has no links", line: header.number) }
    return links
  }

  /// The rows up to the end, numbered from 0.
  ///
  /// - Parameters:
  ///   - prefix: of a row, for its number in four digits.
  ///   - joined: columns have two blanks or more between them, and one within.
  mutating func rows(
    _ links: [Int], _ prefix: (String) -> String, joined: Bool = false,
    _ frame: (Substring) throws(PatternFault) -> LinkFrame
  ) throws(NetworkError) -> [[LinkFrame]] {
    var frames: [[LinkFrame]] = links.map { _ in [] }
    while let (line, number) = next() {
      if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
      let row = String(frames[0].count)
      let wanted = prefix(String(repeating: "0", count: max(0, 4 - row.count)) + row)
      guard line.hasPrefix(wanted) else {
        throw error("must begin with '\(wanted)', not '\(line.prefix(20))'", line: number)
      }
      let tokens = Self.tokens(line.dropFirst(wanted.count), joined: joined)
      guard tokens.count == links.count else {
        throw error("has \(tokens.count) words for \(links.count) links", line: number)
      }
      for (link, token) in tokens.enumerated() {
        do { frames[link].append(try frame(token)) } catch {
          throw self.error(
            "has '\(token.prefix(40))' for link \(links[link]), which is no frame of this format",
            line: number)
        }
      }
    }
    return frames
  }

  private static func tokens(_ text: Substring, joined: Bool) -> [Substring] {
    guard joined else { return text.split(whereSeparator: \.isWhitespace) }
    var tokens: [Substring] = []
    var start: Substring.Index?
    var end = text.startIndex
    var blanks = 0
    for index in text.indices {
      if text[index].isWhitespace {
        blanks += 1
        continue
      }
      if let begin = start, blanks > 1 {
        tokens.append(text[begin..<end])
        start = nil
      }
      if start == nil { start = index }
      end = text.index(after: index)
      blanks = 0
    }
    if let begin = start { tokens.append(text[begin..<end]) }
    return tokens
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
