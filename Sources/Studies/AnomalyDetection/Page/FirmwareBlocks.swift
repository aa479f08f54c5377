import Foundation
import Winnow

/// The working points in integers: tables 2 to 4 of the paper, what was proved, and how fast one core is.
struct FirmwareBlocks {
  private let folder: StudyFolder
  private let settings: AnomalyDetectionSettings
  private let results: [FirmwareStep.Result]
  private let verification: [VerificationStep.Result]
  private let scores: [ScoreStep.Result]

  init(in folder: StudyFolder, _ settings: AnomalyDetectionSettings) throws {
    (self.folder, self.settings) = (folder, settings)
    results = try readJSON([FirmwareStep.Result].self, from: FirmwareStep.results(in: folder))
    verification = try readJSON([VerificationStep.Result].self, from: VerificationStep.results(in: folder))
    scores = try readJSON([ScoreStep.Result].self, from: ScoreStep.results(in: folder))
  }

  /// Table 2: what the firmware's integers find beside the networks in floating point.
  var workingPoints: [ReportPage.Block] {
    // The smallest of two rates that leaves enough background events.
    let place = scores[0].points[1].isMeasured ? 1 : 0
    let areas = table("working-points", "Area under the curve at the working points, per cent") {
      result, index, float in
      [
        ScoreBlocks.cell(result.areas[index]), float.map { ScoreBlocks.cell($0.area) } ?? .empty,
        .number(PublishedAnomalyDetection.table2[result.model]!.area[index]),
      ]
    }
    let kept = table(
      "working-points-kept",
      "Signal kept at the working points, per cent, where 10^{−\(place + 2)} of the background passes; paper: 10^{−5}"
    ) { result, index, float in
      [
        ScoreBlocks.cell(result.points[index][place]),
        float.map { ScoreBlocks.cell($0.points[place]) } ?? .empty,
        .number(PublishedAnomalyDetection.table2[result.model]!.efficiency[index]),
      ]
    }
    return [
      .table(areas), .table(kept),
      .text(
        "The steps of μ and ln σ² follow the size of the code, so that a nearly empty one is told apart, too. The last column is the share of background with the score 0; areas know nothing of order among those."
      ), .text(widths),
    ]
  }

  private func table(
    _ name: String, _ title: String,
    _ cells: (VerificationStep.Result, Int, ScoreStep.Result?) -> [ReportTable.Cell]
  ) -> ReportTable {
    ReportTable(
      name, title: title,
      columns: [.init("model"), .init("numbers"), .init("score")]
        + AnomalySample.signals.flatMap { [.init($0.label), .init("float"), .init("paper", digits: 3)] }
        + [.init("score 0, %", digits: 3)],
      rows: verification.map { result in
        let model = result.model
        let row: [ReportTable.Cell] = [
          .text(model.label), .text(model.workingPoint.label), .text(model.firmwareScore.label),
        ]
        return row
          + AnomalySample.signals.enumerated().flatMap { index, signal in
            cells(
              result, index,
              scores.first {
                $0.model == model && $0.score == model.firmwareScore && $0.signal == signal
              })
          } + [.number(100 * result.zeroShare)]
      },
      caption:
        "Table 2 of the paper. Ours are the firmware's integers, scores of every test and signal event from the integer engine; which of them the simulated Verilog equals is told below."
    )
  }

  private let widths =
    "The widths are those of the paper's tables; its text says 8 bits for the CNN AE and 4 bits for the CNN VAE, the other way round."

  var blocks: [ReportPage.Block] {
    [
      .table(implementation),
      .text(
        "The paper's figures are estimates of Vivado HLS 2020.1, not synthesised and not routed, and spend multiplier blocks; ours are modelled, look-up tables and flip-flops also counted by Yosys where that was asked for. No clock was met by a router in either: only orders of magnitude compare. 'winnow report --vivado' on a folder of firmware/ fills the Vivado column from a user's own reports; --only page then draws it."
      ), .table(proof), .table(rates),
    ]
  }

  /// Tables 3 and 4.
  private var implementation: ReportTable {
    ReportTable(
      "implementation", title: "Latency and resources with the score inside, 200 MHz",
      columns: [
        .init("model"), .init("device"), .init("latency, ns", digits: 4), .init("paper", digits: 4),
        .init("interval, ns", digits: 4), .init("paper", digits: 4), .init("LUT, model, %", digits: 3),
        .init("LUT, Yosys, %", digits: 3), .init("LUT, Vivado, %", digits: 3), .init("paper", digits: 3),
        .init("FF, %", digits: 3), .init("paper", digits: 3), .init("DSP, %", digits: 3),
        .init("paper", digits: 3),
      ], rows: results.map(row), caption: "Tables 3 and 4 of the paper.")
  }

  private func row(_ result: FirmwareStep.Result) -> [ReportTable.Cell] {
    let device = Device.named(result.device)!
    let paper = PublishedAnomalyDetection.implementation(result.model, result.device)
    func share(_ count: Int?, _ all: Int) -> ReportTable.Cell {
      count.map { .number(100 * Double($0) / Double(all)) } ?? .empty
    }
    func published(_ value: Double?) -> ReportTable.Cell { value.map { .number($0) } ?? .empty }
    return [
      .text(result.model.label), .text(result.device), .number(result.latencyNanoseconds),
      published(paper?.latency), .number(result.intervalNanoseconds), published(paper?.interval),
      share(result.estimate.lookUpTables, device.lookUpTables),
      share(result.synthesis?.lookUpTables, device.lookUpTables),
      share(vivado(result), device.lookUpTables), published(paper?.lookUpTables),
      share(result.synthesis?.flipFlops ?? result.estimate.flipFlops, device.flipFlops),
      published(paper?.flipFlops),
      share(result.synthesis?.multipliers ?? result.estimate.multipliers, device.multipliers),
      published(paper?.multipliers),
    ]
  }

  /// What a user's Vivado counted, once `winnow report --vivado` has read it.
  private func vivado(_ result: FirmwareStep.Result) -> Int? {
    struct Report: Decodable { var vivado: VivadoReports? }
    let file =
      FirmwareStep.folder(of: result.model, result.device, in: folder.path)
      + "/firmware/reports/report.json"
    guard let bytes = try? InputFile.read(file),
      let report = try? JSONDecoder().decode(Report.self, from: Data(bytes))
    else { return nil }
    return report.vivado?.lookUpTables
  }

  private var proof: ReportTable {
    let rows = verification.flatMap { result -> [[ReportTable.Cell]] in
      guard let found = result.verification else {
        return [
          [.text(result.model.label), .text("not simulated in the quick form"), .empty, .empty, .empty]
        ]
      }
      let compared = found.comparisons.map { one -> [ReportTable.Cell] in
        [
          .text(result.model.label), .text(one.execution), .number(Double(found.vectors)),
          .number(Double(one.integers)), .number(Double(one.mismatches)),
        ]
      }
      let board = (result.board ?? []).map { one -> [ReportTable.Cell] in
        [
          .text(result.model.label), .text("payload in simulation, \(one.format) pattern files"),
          .number(Double(one.check.events)), .number(Double(one.check.integers)),
          .number(Double(one.check.mismatches)),
        ]
      }
      return compared + board
    }
    return ReportTable(
      "proof", title: "Equal to the interpreter, bit for bit",
      columns: [
        .init("model"), .init("execution"), .init("events", digits: 9), .init("integers", digits: 9),
        .init("different", digits: 9),
      ], rows: rows,
      caption:
        "Events of the test background and of all signals. The payload repeats the board test of the paper's section VII: events onto links as pattern files, scores back, in simulation."
    )
  }

  private var rates: ReportTable {
    ReportTable(
      "rates", title: "The integer engine on one core",
      columns: [.init("model"), .init("events/s", digits: 3), .init("cores for 40 MHz", digits: 3)],
      rows: verification.map {
        [.text($0.model.label), .number($0.engineRate), .number((40e6 / $0.engineRate).rounded(.up))]
      },
      caption:
        "Of this machine, reading events from memory; what a link, a network card and an operating system take comes on top, and the latency is that of a block of events."
    )
  }
}
