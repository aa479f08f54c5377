import Foundation
import WinnowTensors

/// What Vivado says a design takes and how fast it is, read from its text reports.
public struct VivadoReports: Sendable, Codable, Hashable {
  /// `Vivado v.2023.2 (lin64) Build …`, as the reports' heads say.
  public var tool: String
  /// The part as the report writes it; it may lack the speed grade.
  public var part: String
  /// `Synthesized`, `Fully Placed`, `Routed`; empty where the reports do not say.
  public var state: String
  public var lookUpTables: Int
  public var flipFlops: Int
  public var multipliers: Int
  /// Tiles of 36 kb; half a tile is possible.
  public var blockMemories: Double
  public var ultraMemories: Int
  /// The clock that the figures below are of.
  public var clock: String
  /// ns.
  public var period: Double
  /// ns; negative when the clock is missed.
  public var worstNegativeSlack: Double

  /// MHz at which the slack would be zero.
  public var achievedClock: Double { 1000 / (period - worstNegativeSlack) }
  public var isRouted: Bool { state.localizedCaseInsensitiveContains("rout") }

  /// Reads a folder's `report_utilization` and `report_timing_summary` files, told by their contents.
  ///
  /// Where there are several of a kind, as in a project's run folder, the one furthest along counts:
  /// routed before placed before synthesised.
  /// - Parameter clock: the clock to report; by default `clock`, or the only one.
  /// - Throws: ``ToolError`` naming the file and what it lacks.
  public static func read(_ folder: String, clock: String? = nil) throws -> VivadoReports {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw ToolError(
        message: "the folder '\(folder)' cannot be read; give --vivado the folder of Vivado's reports")
    }
    var utilization: [VivadoReport] = []
    var timing: [VivadoReport] = []
    for name in names.sorted() where [".txt", ".rpt", ".log"].contains(where: { name.hasSuffix($0) }) {
      let text = String(decoding: try InputFile.read("\(folder)/\(name)"), as: UTF8.self)
      let report = VivadoReport(file: "\(folder)/\(name)", text: text)
      if report.isTiming { timing.append(report) } else if report.isUtilization { utilization.append(report) }
    }
    func furthest(_ reports: [VivadoReport], _ command: String) throws -> VivadoReport {
      guard let best = reports.max(by: { $0.progress < $1.progress }) else {
        throw ToolError(
          message:
            "'\(folder)' holds no report of Vivado's \(command); run scripts/build.tcl, or give --vivado another folder"
        )
      }
      return best
    }
    let use = try furthest(utilization, "report_utilization")
    let summary = try furthest(timing, "report_timing_summary")
    guard use.progress == summary.progress || use.progress == 0 || summary.progress == 0 else {
      throw ToolError(
        message:
          "'\(use.file)' and '\(summary.file)' are of different stages of the design; write both reports after routing"
      )
    }
    let amounts = try use.amounts()
    let (name, period, slack) = try summary.slack(of: clock)
    return VivadoReports(
      tool: use.field("Tool Version") ?? "Vivado", part: use.field("Device") ?? "",
      state: use.field("Design State") ?? summary.field("Design State") ?? "",
      lookUpTables: Int(amounts.lookUpTables), flipFlops: Int(amounts.flipFlops),
      multipliers: Int(amounts.multipliers), blockMemories: amounts.blockMemories,
      ultraMemories: Int(amounts.ultraMemories), clock: name, period: period, worstNegativeSlack: slack)
  }
}
