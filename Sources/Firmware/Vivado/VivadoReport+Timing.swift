import Foundation

extension VivadoReport {
  /// A clock's period and worst slack, ns.
  ///
  /// Slack is the clock's own (`Intra Clock Table`), else, with a single clock, the design's.
  /// - Parameter wanted: the clock's name; by default `clock`, or the only one.
  /// - Throws: ``ToolError`` when there is no such clock, or no path of it was timed.
  func slack(of wanted: String?) throws -> (clock: String, period: Double, slack: Double) {
    let periods = clockPeriods()
    guard !periods.isEmpty else {
      throw ToolError(
        message: "'\(file)' has no clock in its Clock Summary; constrain one (scripts/constraints.xdc)")
    }
    let names = periods.map(\.name)
    let name: String
    if let wanted {
      name = wanted
    } else if names.count == 1 {
      name = names[0]
    } else if names.contains("clock") {
      name = "clock"
    } else {
      throw ToolError(
        message: "'\(file)' has the clocks \(names.joined(separator: ", ")); say which one is meant")
    }
    guard let period = periods.first(where: { $0.name == name })?.period else {
      throw ToolError(
        message: "'\(file)' has no clock '\(name)'; its clocks are \(names.joined(separator: ", "))")
    }
    guard let slack = ownSlack(name) ?? (names.count == 1 ? designSlack() : nil) else {
      throw ToolError(
        message:
          "'\(file)' gives no slack (WNS) for the clock '\(name)': no path of it was timed; report after placing or routing"
      )
    }
    guard period > 0, slack < period else {
      throw ToolError(
        message: "'\(file)' has a slack of \(slack) ns in a period of \(period) ns; write the report again")
    }
    return (name, period, slack)
  }

  /// `Clock  Waveform(ns)  Period(ns)  Frequency(MHz)`; generated clocks are indented.
  private func clockPeriods() -> [(name: String, period: Double)] {
    rows(of: "Clock Summary").compactMap { row in
      // The waveform is `{0.000 2.500}`; the period follows it.
      guard let close = row.lastIndex(of: "}") else { return nil }
      let after = row[row.index(after: close)...].split(separator: " ")
      guard let name = row.split(separator: " ").first, let period = after.first.flatMap({ Double($0) })
      else { return nil }
      return (String(name), period)
    }
  }

  /// The first number after a clock's name in the table of paths within one clock.
  private func ownSlack(_ clock: String) -> Double? {
    for row in rows(of: "Intra Clock Table") {
      let fields = row.split(separator: " ")
      // A clock without timed paths has fewer numbers: only those of its pulse widths.
      if fields.count >= 9, fields[0] == clock { return Double(fields[1]) }
    }
    return nil
  }

  private func designSlack() -> Double? {
    rows(of: "Design Timing Summary").first.flatMap { $0.split(separator: " ").first }
      .flatMap { Double($0) }
  }

  /// The lines of a section's table: those below the dashes that underline its column names, to the next
  /// empty line.
  private func rows(of section: String) -> [Substring] {
    guard let start = lines.firstIndex(where: { trimmed($0) == "| \(section)" }) else { return [] }
    let body = lines[(start + 1)...].drop { line in
      // Rules of the title are one run of dashes, those of the columns several.
      let runs = line.split(separator: " ")
      return runs.count < 2 || !runs.allSatisfy { $0.allSatisfy { $0 == "-" } }
    }
    return Array(body.dropFirst().prefix { !trimmed($0).isEmpty })
  }
}
