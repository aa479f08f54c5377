import Foundation

/// One text report of Vivado's: a head of `| Field : value` lines, then tables.
struct VivadoReport {
  let file: String
  let lines: [Substring]

  init(file: String, text: String) {
    self.file = file
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// A line of the head.
  func field(_ name: String) -> String? {
    for line in lines.prefix(40) where line.hasPrefix("|") {
      let parts = line.dropFirst().split(separator: ":", maxSplits: 1)
      if parts.count == 2, trimmed(parts[0]) == name { return trimmed(parts[1]) }
    }
    return nil
  }

  var isTiming: Bool { lines.contains { trimmed($0) == "| Design Timing Summary" } }

  var isUtilization: Bool {
    field("Command")?.contains("report_utilization") == true
      || lines.contains { cells($0).contains("Site Type") }
  }

  /// 3 routed, 2 placed, 1 synthesised, 0 unknown; by the head, or by a project's file names.
  var progress: Int {
    let name = (file as NSString).lastPathComponent
    let text = (field("Design State") ?? name).lowercased()
    for (word, value) in [("rout", 3), ("plac", 2), ("synth", 1)] where text.contains(word) { return value }
    return 0
  }

  struct Amounts {
    var lookUpTables = 0.0
    var flipFlops = 0.0
    var multipliers = 0.0
    var blockMemories = 0.0
    var ultraMemories = 0.0
  }

  /// The design's use, from the tables by site type or the hierarchical table's first row.
  ///
  /// - Throws: ``ToolError`` naming the row that is not there.
  func amounts() throws -> Amounts {
    try hierarchicalAmounts()
      ?? Amounts(
        lookUpTables: used(["CLB LUTs", "Slice LUTs"]),
        flipFlops: used(["Register as Flip Flop", "CLB Registers", "Slice Registers", "Registers"]),
        multipliers: used(["DSPs", "DSP Slices"]), blockMemories: used(["Block RAM Tile"]),
        // Families without them have no such row.
        ultraMemories: (try? used(["URAM"])) ?? 0)
  }

  /// The `Used` cell of the first row of a name; earlier names count first. A star marks a footnote.
  private func used(_ names: [String]) throws -> Double {
    for name in names {
      var column: Int?
      for line in lines {
        let row = cells(line)
        if row.first == "Site Type" { column = row.firstIndex(of: "Used") }
        guard let place = column, let label = row.first else { continue }
        guard label == name || label == name + "*" else { continue }
        guard row.indices.contains(place), let value = number(row[place]) else {
          throw ToolError(
            message: "'\(file)' has no number in column 'Used' of '\(label)'; write the report again")
        }
        return value
      }
    }
    throw ToolError(
      message:
        "'\(file)' has no row '\(names[0])'; give a whole report of report_utilization, as Vivado writes it")
  }

  private func hierarchicalAmounts() throws -> Amounts? {
    guard
      let head = lines.firstIndex(where: { cells($0).first == "Instance" && cells($0).contains("Total LUTs") }
      )
    else { return nil }
    let columns = cells(lines[head])
    guard let row = lines[(head + 1)...].lazy.map(cells).first(where: { $0.count == columns.count }) else {
      throw ToolError(message: "'\(file)' has a table of instances without a row; write the report again")
    }
    func cell(_ names: [String]) throws -> Double? {
      guard let place = columns.firstIndex(where: { names.contains($0) }) else { return nil }
      guard let value = number(row[place].split(separator: "(").first.map { trimmed($0) } ?? "") else {
        throw ToolError(
          message: "'\(file)' has no number in column '\(columns[place])'; write the report again")
      }
      return value
    }
    guard let tables = try cell(["Total LUTs"]), let registers = try cell(["FFs"]),
      let multipliers = try cell(["DSP Blocks", "DSP48 Blocks", "DSP Slices"]),
      let whole = try cell(["RAMB36"]), let halves = try cell(["RAMB18"])
    else {
      throw ToolError(
        message:
          "'\(file)' lacks the column FFs, RAMB36, RAMB18 or DSP Blocks; write the report without -hierarchical"
      )
    }
    return Amounts(
      lookUpTables: tables, flipFlops: registers, multipliers: multipliers,
      blockMemories: whole + halves / 2, ultraMemories: try cell(["URAM"]) ?? 0)
  }

  /// The cells of a table's line; none for any other line.
  private func cells(_ line: Substring) -> [String] {
    guard line.hasPrefix("|"), trimmed(line).hasSuffix("|") else { return [] }
    return trimmed(line).dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
      .map { trimmed($0) }
  }
}

func trimmed(_ text: some StringProtocol) -> String { text.trimmingCharacters(in: .whitespaces) }

/// A number as Vivado writes it; `NA` and empty cells are none.
private func number(_ text: String) -> Double? {
  // No device has a thousand million of anything.
  guard let value = Double(text.replacing(",", with: "")), (0..<1e9).contains(value) else { return nil }
  return value
}
