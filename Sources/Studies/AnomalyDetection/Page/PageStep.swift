import Winnow

/// The study's page: `index.html`, `figures/`, `tables/`, from the files of the steps.
struct PageStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  func run(_ progress: (String) -> Void) throws {
    let summary = try readJSON(SampleStep.Summary.self, from: SampleStep.summary(in: folder))
    let scores = try ScoreBlocks(in: folder)
    let compression = try CompressionBlocks(in: folder)
    let firmware = try FirmwareBlocks(in: folder, settings)
    let page = ReportPage(
      "Anomaly detection at 40 MHz",
      summary:
        "Four autoencoders learn what the trigger's objects usually look like; what they rebuild badly, or place far from the middle of their code, is kept. Ours beside papers/2 (arXiv:2108.03986).",
      sections: [
        ReportPage.Section("Sample", [.text(sample(summary))]),
        ReportPage.Section("Scores", try scores.figures().map { .figure($0) }),
        ReportPage.Section("Beside the paper", scores.tables),
        ReportPage.Section("The weight of the divergence", scores.scan),
        ReportPage.Section("Compression", compression.blocks),
        ReportPage.Section("Working points", [.table(firmware.workingPoints), .text(firmware.widths)]),
        ReportPage.Section("Firmware", firmware.blocks),
      ],
      provenance: Provenance(
        data: settings.data,
        statistics:
          "\(summary.test) background and \(summary.signals.values.reduce(0, +)) signal events tested",
        command: folder.description.command.joined(separator: " "), seed: settings.seed))
    progress("drawing")
    try page.write(to: folder.path)
  }

  private func sample(_ summary: SampleStep.Summary) -> String {
    let signals = AnomalySample.signals.map { "\($0.label) \(summary.signals[$0.rawValue] ?? 0)" }
    let smallest = Double(WorkingPoint.smallestBackground) / Double(summary.test)
    return
      "\(summary.training) background events to train on, \(summary.validation) to stop by, \(summary.test) to test on; signals are only tested on: \(signals.joined(separator: ", ")). Events that hold a number that is none are dropped: \(summary.dropped.values.reduce(0, +)). An event of weight w is there w times, the rest of the weight drawn. False positive rates below \(Self.power(smallest)) leave fewer than \(WorkingPoint.smallestBackground) background events, and get no value."
  }

  private static func power(_ value: Double) -> String { "\((value * 1e5).rounded() / 1e5)" }
}
