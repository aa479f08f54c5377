import WinnowFixedPoint

extension WindowFormer {
  /// Input slots held for the same number of tokens, in one shift register.
  private var registers: [(depth: Int, slots: [Int])] {
    Dictionary(grouping: depths.indices.filter { depths[$0] > 0 && input.formats[$0].width > 0 }) {
      depths[$0]
    }
    .sorted { $0.key < $1.key }.map { (depth: $0.key, slots: $0.value) }
  }

  /// For each slot that is held its register, the bits of a token there, and where the slot begins.
  private var heldPlaces: [Int: (depth: Int, width: Int, offset: Int)] {
    var places: [Int: (depth: Int, width: Int, offset: Int)] = [:]
    for (depth, slots) in registers {
      let width = slots.reduce(0) { $0 + input.formats[$1].width }
      var offset = 0
      for slot in slots {
        places[slot] = (depth, width, offset)
        offset += input.formats[slot].width
      }
    }
    return places
  }

  /// Control word: takes, makes, moves on, then which of the patterns of choices it is.
  var control: (table: ControlTable, patterns: [[Int]]) {
    let chosen = groups.filter { $0.count > 1 }
    var known: [[Int]: Int] = [:]
    var patterns: [[Int]] = []
    var made = 0
    var words: [Int] = []
    for step in 0..<schedule.steps {
      var word = (schedule.takes[step] ? 1 : 0) | (schedule.makes[step] ? 2 : 0)
      word |= schedule.shifts[step] ? 4 : 0
      if schedule.makes[step] {
        let pattern = chosen.map { $0.choice[made] }
        if known[pattern] == nil {
          known[pattern] = patterns.count
          patterns.append(pattern)
        }
        word |= known[pattern]! << 3
        made += 1
      } else if let last = words.last {
        // Nothing is made: whatever was chosen before will do.
        word |= last & ~7
      }
      words.append(word)
    }
    let bits = patterns.count > 1 ? ControlTable.bits(patterns.count) : 0
    return (ControlTable(words, bits: 3 + bits), patterns)
  }

  /// The module; its ports are a ``StreamKernel``'s.
  func verilog() -> String {
    let (table, patterns) = control
    var lines = [
      "",
      "// \(moduleName): takes \(schedule.takes.count { $0 }) tokens and makes \(schedule.makes.count { $0 }) of them in \(schedule.steps) steps.",
      "module \(moduleName) (",
      "  input  wire clock,", "  input  wire reset,", "  input  wire in_valid,",
      "  output wire in_ready,", "  input  wire [\(max(input.width, 1) - 1):0] in_data,",
      "  output wire out_valid,", "  input  wire out_ready,",
      "  output wire [\(max(outputWidth, 1) - 1):0] out_data", ");",
      "  reg pending;", "  wire fire;",
    ]
    lines += table.verilog()
    lines += [
      "  wire free = ~pending | out_ready;",
      "  assign fire = (in_valid | ~control[0]) & free;",
      "  assign in_ready = control[0] & free;",
      "  assign out_valid = pending;",
      "  always @(posedge clock)",
      "    if (reset) pending <= 1'b0;",
      "    else if (free) pending <= fire & control[1];",
    ]
    let offsets = input.offsets
    for (depth, slots) in registers {
      let width = slots.reduce(0) { $0 + input.formats[$1].width }
      let taken = slots.reversed().map { bits("in_data", offsets[$0], input.formats[$0].width, input.width) }
      let word = taken.count == 1 ? taken[0] : "{\(taken.joined(separator: ", "))}"
      lines += [
        "  reg [\(depth * width - 1):0] held_\(depth);",
        "  always @(posedge clock) if (fire & control[2])",
        depth == 1
          ? "    held_\(depth) <= \(word);"
          : "    held_\(depth) <= {held_\(depth)[\((depth - 1) * width - 1):0], \(word)};",
      ]
    }
    if patterns.count > 1 {
      let bits = ControlTable.bits(patterns.count)
      lines += [
        "  reg [\(bits - 1):0] pattern;",
        "  always @(posedge clock) if (fire) pattern <= control[\(bits == 1 ? "3" : "\(bits + 2):3")];",
      ]
      for (place, index) in groups.indices.filter({ groups[$0].count > 1 }).enumerated() {
        let width = ControlTable.bits(groups[index].count)
        lines += ControlTable.function(
          "choose_\(index)", "chosen_pattern", bits, width,
          patterns.enumerated().map { ($0.offset, $0.element[place]) })
        lines.append("  wire [\(width - 1):0] choice_\(index) = choose_\(index)(pattern);")
      }
    }
    lines += selections() + ["endmodule", ""]
    return lines.joined(separator: "\n")
  }

  /// Each group's slots as one word, chosen together, and the token made of them.
  private func selections() -> [String] {
    var lines: [String] = []
    var texts = formats.map { _ in "" }
    let places = heldPlaces
    for (index, group) in groups.enumerated() {
      let width = group.slots.reduce(0) { $0 + formats[$1].width }
      var options: [String] = []
      for choice in 0..<group.count {
        let parts = group.slots.reversed().map { text(choices[$0][choice], formats[$0], places) }
        options.append(parts.count == 1 ? parts[0] : "{\(parts.joined(separator: ", "))}")
      }
      let bits = ControlTable.bits(group.count)
      var chosen = options[options.count - 1]
      for choice in stride(from: options.count - 2, through: 0, by: -1) {
        chosen = "choice_\(index) == \(bits)'d\(choice) ? \(options[choice])\n    : \(chosen)"
      }
      lines.append("  wire [\(width - 1):0] group_\(index) =\n    \(chosen);")
      var offset = 0
      for slot in group.slots {
        texts[slot] = self.bits("group_\(index)", offset, formats[slot].width, width)
        offset += formats[slot].width
      }
    }
    let parts = texts.filter { !$0.isEmpty }.reversed()
    lines.append(
      "  assign out_data = \(parts.isEmpty ? "1'b0" : "{\n    \(parts.joined(separator: ",\n    "))}");")
    return lines
  }

  /// A source's bits in the format of the slot that it goes to.
  private func text(
    _ source: Source, _ format: FixedPointFormat,
    _ places: [Int: (depth: Int, width: Int, offset: Int)]
  ) -> String {
    switch source {
    case .zero: return "\(format.width)'d0"
    case .lowest:
      guard format.isSigned else { return "\(format.width)'d0" }
      return format.width == 1 ? "1'b1" : "{1'b1, \(format.width - 1)'d0}"
    case .held(let slot, let age):
      let (depth, width, offset) = places[slot]!
      let own = input.formats[slot]
      return extended(
        (name: "held_\(depth)", offset: age * width + offset, total: depth * width), from: own,
        to: format)
    }
  }

  private func bits(_ name: String, _ offset: Int, _ width: Int, _ total: Int) -> String {
    "\(name)[\(width == 1 ? "\(offset)" : "\(offset + width - 1):\(offset)")]"
  }
}

/// A number of one format, at some place of a word, in another format that holds all its values.
func extended(
  _ place: (name: String, offset: Int, total: Int), from own: FixedPointFormat,
  to format: FixedPointFormat
) -> String {
  let top = place.offset + own.width - 1
  let bits = "\(place.name)[\(own.width == 1 ? "\(top)" : "\(top):\(place.offset)")]"
  let low = format.fraction - own.fraction
  let high = format.width - own.width - low
  precondition(low >= 0 && high >= 0, "\(own) does not fit \(format)")
  var parts: [String] = []
  if high > 0 { parts.append(own.isSigned ? "{\(high){\(place.name)[\(top)]}}" : "\(high)'d0") }
  parts.append(bits)
  if low > 0 { parts.append("\(low)'d0") }
  return parts.count == 1 ? parts[0] : "{\(parts.joined(separator: ", "))}"
}
