import Foundation
import WinnowNetworkIR

/// The set-up paths of a Vivado timing report, as text.
///
/// `report_timing -max_paths 500 -nworst 1 -file timing.txt` writes many; `report_timing_summary` some. Of
/// every path are read the slack, the requirement and what it runs through.
public struct VivadoTimingPaths: Sendable, Hashable {
  public struct Path: Sendable, Hashable {
    public var source: String
    public var destination: String
    /// Requirement less slack, ns: the fastest period of this path, registers, skew and uncertainty included.
    public var nanoseconds: Double
    public var lookUpTables: Int
    /// Carry chains entered; a chain may run over several CARRY blocks.
    public var carryChains: Int
    /// Bits of all carry blocks passed: 8 of a CARRY8, 4 of a CARRY4.
    public var carryBits: Int
    public var multipliers: Int
  }

  public var paths: [Path]
  /// Paths left out, for they run through memories or other blocks that a delay model has no figure for.
  public var skipped: Int

  /// - Throws: ``NetworkError`` where the text holds no set-up path.
  public init(report: String) throws {
    paths = []
    skipped = 0
    for block in Self.blocks(report) {
      guard let path = Self.path(block) else {
        skipped += 1
        continue
      }
      paths.append(path)
    }
    guard !paths.isEmpty else {
      throw NetworkError(
        "the timing report has no set-up path through look-up tables, carry chains and DSP blocks alone; write one with report_timing -max_paths 500 -nworst 1 -file FILE"
      )
    }
  }

  /// - Throws: ``NetworkError`` where the file cannot be read or holds no set-up path.
  public init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw NetworkError("the timing report '\(path)' cannot be read; check the path")
    }
    try self.init(report: String(decoding: data, as: UTF8.self))
  }

  /// The lines of every set-up path, from its slack on.
  private static func blocks(_ report: String) -> [[Substring]] {
    var blocks: [[Substring]] = []
    for line in report.split(whereSeparator: \.isNewline) {
      if line.contains(/^\s*Slack\b.*:/) { blocks.append([]) }
      if !blocks.isEmpty { blocks[blocks.count - 1].append(line) }
    }
    return blocks.filter { block in block.contains { $0.contains(/Path Type:\s+Setup/) } }
  }

  private static func path(_ block: [Substring]) -> Path? {
    func number(_ label: String) -> Double? {
      for line in block where line.trimmingCharacters(in: .whitespaces).hasPrefix(label) {
        if let match = line.firstMatch(of: /:\s+(-?[0-9.]+)ns/) { return Double(match.1) }
      }
      return nil
    }
    func name(_ label: String) -> String {
      for line in block where line.trimmingCharacters(in: .whitespaces).hasPrefix(label) {
        return line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      }
      return ""
    }
    guard let slack = number("Slack"), let requirement = number("Requirement:") else { return nil }
    var path = Path(
      source: name("Source:"), destination: name("Destination:"), nanoseconds: requirement - slack,
      lookUpTables: 0, carryChains: 0, carryBits: 0, multipliers: 0)
    var inChain = false
    var inMultiplier = false
    // Cells stand in the path's order: `SLICE_X1Y2  LUT6 (Prop_D6LUT_SLICEL_I0_O)`.
    for line in block {
      guard let match = line.firstMatch(of: /\s([A-Z][A-Z0-9_]+) \(Prop_/) else { continue }
      let cell = match.1
      let isCarry = cell.hasPrefix("CARRY")
      let isMultiplier = cell.hasPrefix("DSP")
      if isCarry {
        if !inChain { path.carryChains += 1 }
        path.carryBits += cell == "CARRY4" ? 4 : 8
      } else if isMultiplier {
        if !inMultiplier { path.multipliers += 1 }
      } else if cell.hasPrefix("LUT") {
        path.lookUpTables += 1
      } else if !cell.hasPrefix("FD") && !cell.hasPrefix("MUXF") && !cell.hasPrefix("SRL") {
        return nil
      }
      inChain = isCarry
      inMultiplier = isMultiplier
    }
    return path
  }
}
