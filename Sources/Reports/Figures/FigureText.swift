/// Text of titles, labels and cells: plain, with `_{…}` for an index and `^{…}` for an exponent.
///
/// Everything else means itself, so that file names and formulas need no escapes.
struct FigureText {
  private enum Piece {
    case plain(Substring)
    case lowered(Substring)
    case raised(Substring)
  }

  private let pieces: [Piece]

  init(_ text: String) {
    var pieces: [Piece] = []
    var rest = text[...]
    var plainStart = rest.startIndex
    var here = rest.startIndex
    while here < rest.endIndex {
      let next = rest.index(after: here)
      guard rest[here] == "_" || rest[here] == "^", next < rest.endIndex, rest[next] == "{",
        let end = rest[next...].firstIndex(of: "}")
      else {
        here = next
        continue
      }
      pieces.append(.plain(rest[plainStart..<here]))
      let inner = rest[rest.index(after: next)..<end]
      pieces.append(rest[here] == "_" ? .lowered(inner) : .raised(inner))
      rest = rest[rest.index(after: end)...]
      (here, plainStart) = (rest.startIndex, rest.startIndex)
    }
    pieces.append(.plain(rest[plainStart...]))
    self.pieces = pieces
  }

  /// For a screen reader, a CSV file, the terminal.
  var plain: String {
    pieces.map { piece in
      switch piece {
      case .plain(let text), .lowered(let text): String(text)
      case .raised(let text): "^" + text
      }
    }.joined()
  }

  var html: String {
    pieces.map { piece in
      switch piece {
      case .plain(let text): HTML.escaped(text)
      case .lowered(let text): "<sub>\(HTML.escaped(text))</sub>"
      case .raised(let text): "<sup>\(HTML.escaped(text))</sup>"
      }
    }.joined()
  }

  /// A quoted string of gnuplot's enhanced text. Single quotes, in which gnuplot substitutes nothing.
  var gnuplot: String {
    let text = pieces.map { piece in
      switch piece {
      case .plain(let text): Self.escaped(text)
      case .lowered(let text): "_{\(Self.escaped(text))}"
      case .raised(let text): "^{\(Self.escaped(text))}"
      }
    }.joined()
    return "'\(text)'"
  }

  private static func escaped(_ text: Substring) -> String {
    var result = ""
    for character in text {
      if character == "'" {
        result += "''"
      } else if character.isNewline {
        result += " "
      } else {
        if "\\_^{}@&~`".contains(character) { result += "\\" }
        result.append(character)
      }
    }
    return result
  }
}
