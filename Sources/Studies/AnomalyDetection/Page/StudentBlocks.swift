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
      ), .table(table), .table(kept), .figure(front), .figure(latencies),
    ]
  }

  private var table: ReportTable {
    ReportTable(
      "students", title: "Students of the DNN AE on \(settings.devices[0]), 200 MHz",
      columns: [.init("student")] + AnomalySample.signals.map { .init("\($0.label), area, %") }
        + [
          .init("latency, ns", digits: 4), .init("LUT, model"), .init("LUT, Yosys"), .init("DSP"),
          .init("events compared with the Verilog"),
        ],
      rows: students.map { result in
        [.text(result.student.label)] + result.areas.map { ScoreBlocks.cell($0) } + [
          .number(result.latencyNanoseconds), .number(Double(result.estimate.lookUpTables)),
          result.synthesis.map { .number(Double($0.lookUpTables)) } ?? .empty,
          .number(Double(result.estimate.multipliers)),
          result.verification.map { .number(Double($0.vectors)) } ?? .text("not in the quick form"),
        ]
      },
      caption:
        "Areas of the firmware's integers. Where events were compared, interpreter, engine, emulator and Verilog gave the same integers."
    )
  }

  /// The students beside the models that they are to replace.
  private var kept: ReportTable {
    let place = students[0].points[0][1].isMeasured ? 1 : 0
    func row(_ label: String, _ points: [[ScoreStep.Point]], _ tables: Int?) -> [ReportTable.Cell] {
      [.text(label)] + points.map { ScoreBlocks.cell($0[place]) }
        + [tables.map { .number(Double($0)) } ?? .empty]
    }
    let dense = verification.filter { !$0.model.isConvolutional }.map { result in
      let compiled = firmware.first { $0.model == result.model && $0.device == settings.devices[0] }
      return row(
        result.model.label, result.points,
        compiled.map { $0.synthesis?.lookUpTables ?? $0.estimate.lookUpTables })
    }
    return ReportTable(
      "students-kept",
      title: "Signal kept, per cent, where 10^{−\(place + 2)} of the background passes",
      columns: [.init("design")] + AnomalySample.signals.map { .init($0.label) } + [.init("LUT")],
      rows: dense
        + students.map {
          row(
            "student: " + $0.student.label, $0.points,
            $0.synthesis?.lookUpTables ?? $0.estimate.lookUpTables)
        }, caption: "Of the firmware's integers; look-up tables by Yosys where it was asked, else modelled."
    )
  }

  /// What area costs: the four working points and the students.
  private var front: Figure {
    figure(
      "area-and-logic", Axis("look-up tables, model", isLogarithmic: true),
      models: { Double($0.estimate.lookUpTables) }, students: { Double($0.estimate.lookUpTables) })
  }

  private var latencies: Figure {
    figure(
      "area-and-latency", Axis("latency, ns", isLogarithmic: true),
      models: { $0.latencyNanoseconds }, students: { $0.latencyNanoseconds })
  }

  private func figure(
    _ name: String, _ x: Axis, models: (FirmwareStep.Result) -> Double,
    students cost: (StudentStep.Result) -> Double
  ) -> Figure {
    let signal = AnomalySample.fourLeptons
    let place = AnomalySample.signals.firstIndex(of: signal)!
    func series(_ label: String, _ points: [(area: AreaUnderCurve, cost: Double)]) -> Series {
      Series(
        label, x: points.map(\.cost), y: points.map { 100 * $0.area.value },
        errors: points.map { 100 * $0.area.error })
    }
    let compiled = verification.compactMap { result -> (area: AreaUnderCurve, cost: Double)? in
      firmware.first { $0.model == result.model && $0.device == settings.devices[0] }
        .map { (result.areas[place], models($0)) }
    }
    return Figure(
      name, title: signal.label, x: x, y: Axis("area, per cent"),
      series: [
        series("working points of the paper", compiled),
        series("students", students.map { ($0.areas[place], cost($0)) }),
      ], caption: "What area costs on \(settings.devices[0]), the score inside.")
  }
}
