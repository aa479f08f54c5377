import Foundation
import Testing
import WinnowTestSupport

@testable import WinnowFirmware

@Suite struct VivadoReportsTests {
  private func read(_ files: [String: String], clock: String? = nil) async throws -> VivadoReports {
    try await withTemporaryFolder { folder in
      for (name, text) in files {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      return try VivadoReports.read(folder, clock: clock)
    }
  }

  private func failure(_ files: [String: String], clock: String? = nil) async -> String {
    await #expect(throws: ToolError.self) { try await read(files, clock: clock) }?.message ?? ""
  }

  @Test func newLayout() async throws {
    let reports = try await read([
      "vivado_utilization.txt": VivadoReportFixtures.utilization(),
      "vivado_timing.txt": VivadoReportFixtures.timing(),
      "notes.txt": "nothing of interest",
    ])
    #expect(reports.lookUpTables == 15471)
    #expect(reports.flipFlops == 9000)
    #expect(reports.multipliers == 37)
    #expect(reports.blockMemories == 2.5)
    #expect(reports.ultraMemories == 1)
    #expect(reports.isRouted)
    #expect(reports.version == "Vivado v.2023.2")
    #expect(reports.period == 5 && reports.worstNegativeSlack == 0.412)
    // 1 / (5 ns − 0.412 ns).
    #expect(abs(reports.achievedClock - 217.960) < 0.001)
  }

  @Test func oldAndHierarchicalLayouts() async throws {
    let clocks = [(name: "sys_clk", period: "10.000", slack: String?("-0.250"))]
    let timing = VivadoReportFixtures.timing(slack: "-0.250", clocks: clocks, state: "Synthesized")
    let old = try await read(["use.rpt": VivadoReportFixtures.oldUtilization, "timing.rpt": timing])
    #expect(old.lookUpTables == 120 && old.flipFlops == 85 && old.multipliers == 4)
    #expect(old.blockMemories == 0 && old.ultraMemories == 0)
    #expect(!old.isRouted)
    #expect(old.clock == "sys_clk" && old.worstNegativeSlack == -0.25)
    #expect(old.achievedClock < 100)
    let placed = VivadoReportFixtures.timing(state: "Fully Placed")
    let parts = try await read(["use.rpt": VivadoReportFixtures.hierarchical, "timing.rpt": placed])
    #expect(parts.lookUpTables == 1500 && parts.flipFlops == 900 && parts.multipliers == 7)
    #expect(parts.blockMemories == 3.5)
  }

  /// A project's run folder has reports of several stages.
  @Test func theFurthestStageCounts() async throws {
    let reports = try await read([
      "a_synth.rpt": VivadoReportFixtures.utilization(tables: "20000", state: "Synthesized"),
      "b_routed.rpt": VivadoReportFixtures.utilization(),
      "c_placed.rpt": VivadoReportFixtures.utilization(tables: "16000", state: "Fully Placed"),
      "d_timing.rpt": VivadoReportFixtures.timing(slack: "9.000", state: "Fully Placed"),
      "e_timing.rpt": VivadoReportFixtures.timing(),
    ])
    #expect(reports.lookUpTables == 15471 && reports.worstNegativeSlack == 0.412)
  }

  @Test func clocksAreToldApart() async throws {
    let clocks = [
      (name: "clk_40", period: "25.000", slack: String?("3.000")),
      (name: "clk_360", period: "2.777", slack: String?("0.100")),
      (name: "idle", period: "8.000", slack: nil),
    ]
    let files = [
      "use.txt": VivadoReportFixtures.utilization(),
      "time.txt": VivadoReportFixtures.timing(slack: "0.100", clocks: clocks),
    ]
    let reports = try await read(files, clock: "clk_360")
    #expect(reports.period == 2.777 && reports.worstNegativeSlack == 0.1)
    #expect(try await read(files, clock: "clk_40").worstNegativeSlack == 3)
    #expect(await failure(files).contains("clk_40, clk_360"))
    #expect(await failure(files, clock: "clk").contains("has no clock 'clk'"))
    #expect(await failure(files, clock: "idle").contains("no path of it was timed"))
  }

  @Test func faultsAreNamed() async throws {
    let (use, time) = (VivadoReportFixtures.utilization(), VivadoReportFixtures.timing())
    #expect(await failure([:]).contains("report_utilization"))
    #expect(await failure(["use.txt": use]).contains("report_timing_summary"))
    #expect(await failure(["time.txt": time]).contains("report_utilization"))
    let missing = use.replacing("| DSPs      ", with: "| Bonded IO ")
    #expect(await failure(["use.txt": missing, "time.txt": time]).contains("no row 'DSPs'"))
    let broken = VivadoReportFixtures.utilization(tables: "1.5e9x")
    #expect(await failure(["use.txt": broken, "time.txt": time]).contains("no number in column 'Used'"))
    let unconstrained = VivadoReportFixtures.timing(slack: "   NA", clocks: [("clock", "5.000", nil)])
    #expect(await failure(["use.txt": use, "time.txt": unconstrained]).contains("no path of it was timed"))
    #expect(
      await failure(["use.txt": use, "time.txt": VivadoReportFixtures.timing(clocks: [])]).contains(
        "no clock"))
    let early = VivadoReportFixtures.timing(state: "Synthesized")
    #expect(await failure(["use.txt": use, "time.txt": early]).contains("different stages"))
    let cut = String(use.prefix(use.count / 3))
    #expect(await failure(["use.txt": cut, "time.txt": time]).contains("use.txt"))
    #expect(throws: ToolError.self) { try VivadoReports.read("no such folder") }
  }

  @Test func reportsReplaceEstimates() async throws {
    let design = try Design(Tiny.twoTwoOne)
    let reports = try await read([
      "use.txt": VivadoReportFixtures.utilization(), "time.txt": VivadoReportFixtures.timing(),
    ])
    let report = try FirmwareReport(design).replacingEstimates(with: reports)
    let text = report.text(for: design.device)
    #expect(text.contains("routed by Vivado v.2023.2"))
    #expect(text.contains("15471 of \(design.device.lookUpTables)"))
    #expect(text.contains("slack 0.412 ns of 5.0 ns (routed)"))
    #expect(!text.contains("estimate"))
    #expect(report.estimate == design.resources)
    let decoded = try JSONDecoder().decode(FirmwareReport.self, from: JSONEncoder().encode(report))
    #expect(decoded.vivado == reports)
    var other = reports
    other.part = "xcku115-flvb2104"
    #expect(throws: ToolError.self) { try FirmwareReport(design).replacingEstimates(with: other) }
    other = reports
    other.period = 4
    #expect(throws: ToolError.self) { try FirmwareReport(design).replacingEstimates(with: other) }
  }

  /// Folded and dataflow reports take Vivado's totals; their tables stay the model's, and say so.
  @Test func everyStylesReportIsReplaced() async throws {
    let reports = try await read([
      "use.txt": VivadoReportFixtures.utilization(), "time.txt": VivadoReportFixtures.timing(),
    ])
    func check<Report: ModelledReport>(_ report: Report, _ device: Device) throws {
      #expect(report.text(for: device).contains("LUT (estimate)"))
      #expect(!report.text(for: device).contains("by the model:"))
      let replaced = try report.replacingEstimates(with: reports)
      let text = replaced.text(for: device)
      #expect(text.contains("routed by Vivado v.2023.2"))
      #expect(text.contains("15471 of \(device.lookUpTables)"))
      #expect(text.contains("BRAM (Vivado)") && !text.contains("estimate"))
      #expect(text.contains("by the model:"))
      #expect(replaced.estimate == report.estimate)
      let decoded = try JSONDecoder().decode(Report.self, from: JSONEncoder().encode(replaced))
      #expect(decoded.vivado == reports && decoded.estimate == report.estimate)
      var other = reports
      other.period = 4
      #expect(throws: ToolError.self) { try report.replacingEstimates(with: other) }
    }
    let folded = try FoldedDesign(Tiny.twoTwoOne, options: FoldedOptions(reuse: .uniform(2)))
    try check(FoldedReport(folded), folded.device)
    let dataflow = try DataflowDesign(DataflowTests.residual("image"))
    try check(DataflowReport(dataflow), dataflow.device)
    try check(FirmwareReport(Design(Tiny.twoTwoOne)), dataflow.device)
  }
}
