/// A word for each step of a repeating sequence, as a counter and a function of it in Verilog.
///
/// Images repeat by lines, so that a long sequence is counted in lines and places; equal lines share
/// their entries. The function names only what differs from the most frequent word.
struct ControlTable {
  let words: [Int]
  let bits: Int
  /// Steps of a line.
  let line: Int
  /// For each line which of the distinct lines it is.
  let kinds: [Int]
  let distinct: [[Int]]

  init(_ words: [Int], bits: Int) {
    self.words = words
    self.bits = bits
    func lines(_ length: Int) -> (kinds: [Int], distinct: [[Int]]) {
      var known: [[Int]: Int] = [:]
      var distinct: [[Int]] = []
      var kinds: [Int] = []
      for start in stride(from: 0, to: words.count, by: length) {
        var line = Array(words[start..<min(start + length, words.count)])
        // A last line that ends early is like any other that begins as it does.
        if line.count < length,
          let whole = distinct.first(where: { Array($0[..<line.count]) == line })
        {
          line = whole
        }
        if known[line] == nil {
          known[line] = distinct.count
          distinct.append(line)
        }
        kinds.append(known[line]!)
      }
      return (kinds, distinct)
    }
    var best = max(words.count, 1)
    if words.count > 64 {
      var least = Int.max
      for length in 4...min(256, words.count) {
        let (kinds, distinct) = lines(length)
        let entries = Set(distinct).count * length + kinds.count
        if entries < least { (least, best) = (entries, length) }
      }
    }
    line = best
    (kinds, distinct) = lines(best)
  }

  private var placeBits: Int { Self.bits(line) }
  private var lineBits: Int { Self.bits(kinds.count) }
  private var kindBits: Int { Self.bits(distinct.count) }

  /// Bits that count so many states; at least one.
  static func bits(_ count: Int) -> Int { max(1, Int.bitWidth - (count - 1).leadingZeroBitCount) }

  var flipFlops: Int { placeBits + (kinds.count > 1 ? lineBits : 0) }

  /// A table of six-input look-up tables, a bit at a time.
  var lookUpTables: Int {
    let address = placeBits + (distinct.count > 1 ? kindBits : 0)
    let each = address <= 6 ? 1 : 1 << (address - 6)
    return (bits + flipFlops) * min(each, words.count) + (distinct.count > 1 ? kindBits : 0)
  }

  /// Declares the word `control`, which moves on at edges at which `fire` is high.
  func verilog() -> [String] {
    let long = kinds.count > 1
    var lines = ["  reg [\(placeBits - 1):0] place;"]
    if long { lines.append("  reg [\(lineBits - 1):0] line;") }
    if distinct.count > 1 {
      lines += Self.function("line_kind", "line_number", lineBits, kindBits, Array(kinds.enumerated()))
      lines.append("  wire [\(kindBits - 1):0] kind = line_kind(line);")
    }
    var entries: [(offset: Int, element: Int)] = []
    for (kind, words) in distinct.enumerated() {
      for (place, word) in words.enumerated() { entries.append((kind << placeBits + place, word)) }
    }
    let address = placeBits + (distinct.count > 1 ? kindBits : 0)
    lines += Self.function("step", "step_number", address, bits, entries)
    lines.append(
      "  wire [\(bits - 1):0] control = step(\(distinct.count > 1 ? "{kind, place}" : "place"));")
    let lastPlace = (words.count - 1) % line
    let end = "place == \(placeBits)'d\(lastPlace)"
    lines += ["  always @(posedge clock)", "    if (reset) begin"]
    lines.append("      place <= \(placeBits)'d0;")
    if long { lines.append("      line <= \(lineBits)'d0;") }
    lines += ["    end else if (fire) begin"]
    if long {
      lines += [
        "      if (line == \(lineBits)'d\(kinds.count - 1) && \(end)) begin",
        "        place <= \(placeBits)'d0;", "        line <= \(lineBits)'d0;",
        "      end else if (place == \(placeBits)'d\(line - 1)) begin",
        "        place <= \(placeBits)'d0;", "        line <= line + \(lineBits)'d1;",
        "      end else place <= place + \(placeBits)'d1;",
      ]
    } else {
      lines.append("      place <= \(end) ? \(placeBits)'d0 : place + \(placeBits)'d1;")
    }
    return lines + ["    end"]
  }

  /// A function of an address; what differs from the most frequent word is listed.
  static func function(
    _ name: String, _ argument: String, _ address: Int, _ width: Int,
    _ entries: [(offset: Int, element: Int)]
  ) -> [String] {
    var counts: [Int: Int] = [:]
    for entry in entries { counts[entry.element, default: 0] += 1 }
    let usual = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0
    var lines = [
      "  function [\(width - 1):0] \(name)(input [\(address - 1):0] \(argument));"
    ]
    let others = Dictionary(grouping: entries.filter { $0.element != usual }, by: \.element)
    if others.isEmpty {
      return lines + ["    \(name) = \(width)'d\(usual);", "  endfunction"]
    }
    lines.append("    case (\(argument))")
    for (word, entries) in others.sorted(by: { $0.key < $1.key }) {
      let cases = entries.map { "\(address)'d\($0.offset)" }.sorted { ($0.count, $0) < ($1.count, $1) }
      for start in stride(from: 0, to: cases.count, by: 12) {
        lines.append(
          "      \(cases[start..<min(start + 12, cases.count)].joined(separator: ", ")): \(name) = \(width)'d\(word);"
        )
      }
    }
    return lines + ["      default: \(name) = \(width)'d\(usual);", "    endcase", "  endfunction"]
  }
}
