import Winnow

/// Beyond the paper: students of the DNN AE, and what area costs.
struct StudentBlocks {
  private let settings: AnomalyDetectionSettings
  private let students: [StudentStep.Result]
  private let firmware: [FirmwareStep.Result]
  private let verification: [VerificationStep.Result]

  init(in folder: StudyFolder, _ settings: AnomalyDetectionSettings) throws {
    self.settings = settings
    students = try readJSON([StudentStep.Result].self, from: StudentStep.results(in: folder))
    firmware = try readJSON([FirmwareStep.Result].self, from: FirmwareStep.results(in: folder))
    verification = try readJSON([VerificationStep.Result].self, from: VerificationStep.results(in: folder))
  }

  var blocks: [ReportPage.Block] {
    [
      .text(
        "A network 57 → 16 → 8 → 1 learns the DNN AE's reconstruction error, ln(1 + score), or its decision above a threshold, in short numbers from the start; with learned widths every weight has its own, against a price for bit operations."
      ), .table(table), .figure(front),
    ]
  }

  private var table: ReportTable {
    let place = students[0].points[0][1].background >= WorkingPoint.smallestBackground ? 1 : 0
    return ReportTable(
      "students", title: "Students of the DNN AE on \(settings.devices[0]), 200 MHz",
      columns: [.init("student")]
        + AnomalySample.signals.flatMap {
          [.init("\($0.label), area"), .init("kept at 10^{−\(place + 2)}")]
        } + [.init("latency, ns", digits: 4), .init("LUT, model"), .init("LUT, Yosys"), .init("DSP")],
      rows: students.map { result in
        var row: [ReportTable.Cell] = [.text(result.student.label)]
        for signal in AnomalySample.signals.indices {
          row += [
            ScoreBlocks.cell(result.areas[signal]), ScoreBlocks.cell(result.points[signal][place]),
          ]
        }
        return row + [
          .number(result.latencyNanoseconds), .number(Double(result.estimate.lookUpTables)),
          result.synthesis.map { .number(Double($0.lookUpTables)) } ?? .empty,
          .number(Double(result.estimate.multipliers)),
        ]
      }, caption: "Per cent, of the firmware's integers.")
  }

  /// Area against look-up tables: the four working points and the students.
  private var front: Figure {
    let signal = AnomalySample.fourLeptons
    let place = AnomalySample.signals.firstIndex(of: signal)!
    let models = verification.compactMap { result -> (area: AreaUnderCurve, tables: Int)? in
      firmware.first { $0.model == result.model && $0.device == settings.devices[0] }
        .map { (result.areas[place], $0.estimate.lookUpTables) }
    }
    func series(_ label: String, _ points: [(area: AreaUnderCurve, tables: Int)]) -> Series {
      Series(
        label, x: points.map { Double($0.tables) }, y: points.map { 100 * $0.area.value },
        errors: points.map { 100 * $0.area.error })
    }
    return Figure(
      "area-and-logic", title: signal.label,
      x: Axis("look-up tables, model", isLogarithmic: true), y: Axis("area, per cent"),
      series: [
        series("working points of the paper", models),
        series("students", students.map { ($0.areas[place], $0.estimate.lookUpTables) }),
      ], caption: "What area costs on \(settings.devices[0]), the score inside.")
  }
}
