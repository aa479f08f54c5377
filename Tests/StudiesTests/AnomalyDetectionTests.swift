import Foundation
import Testing
import Winnow

@testable import WinnowStudies

enum ToolsOnPath {
  static func areAll(_ tools: [ExternalTool]) async -> Bool {
    for tool in tools where await tool.version() == nil { return false }
    return true
  }
}

/// Events that are none of physics, in the published layout: signals are harder.
struct MadeEvents {
  static func write(
    _ path: String, count: Int, pt: Double, seed: UInt64, spoiled: Int? = nil, weight: Double? = nil
  ) throws {
    var random = RandomStream(seed: seed, label: "made events")
    var events = LevelOneEvents()
    for event in 0..<count {
      events.appendEvent()
      for row in [0, 1, 5, 9, 10] {
        let value = pt * (0.2 - random.uniform().squareRoot() + 1)
        events.set(
          event: event, row: row, pt: Float(event == spoiled ? .nan : value),
          eta: row == 0 ? 0 : Float(2 * random.uniform() - 1), phi: Float(6 * random.uniform() - 3))
      }
    }
    if let weight { events.weights = Array(repeating: weight, count: count) }
    let writer = try LevelOneEventWriter(path)
    try writer.append(events)
    try writer.finish()
  }

  static func folder(background: Int = 1200, spoiled: Int? = nil) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-samples-\(UUID().uuidString)").path
    try OutputFolder.make(path)
    try write(path + "/background_for_training.h5", count: background, pt: 20, seed: 1, spoiled: spoiled)
    for (index, name) in [
      "leptoquark_LOWMASS_lepFilter_13TeV", "Ato4l_lepFilter_13TeV", "hChToTauNu_13TeV_PU20",
      "h0-to-tautau",
    ].enumerated() {
      try write("\(path)/\(name).h5", count: 40, pt: 60, seed: UInt64(index + 2))
    }
    return path
  }
}

@Suite struct AnomalyDetectionTests {
  private func message(_ action: () throws -> Void) -> String {
    do {
      try action()
      return "no error"
    } catch { return "\(error)" }
  }

  private func withFolders(
    background: Int = 1200, spoiled: Int? = nil,
    _ body: (_ data: String, _ run: String) async throws -> Void
  ) async throws {
    let data = try MadeEvents.folder(background: background, spoiled: spoiled)
    defer { try? FileManager.default.removeItem(atPath: data) }
    try await body(data, data + "/run")
  }

  private func settings(_ data: String) -> AnomalyDetectionSettings {
    var settings = AnomalyDetectionSettings(data: data, quick: true)
    settings.epochs = 4
    settings.batch = 128
    settings.pruningEpochs = 16
    settings.quantizationEpochs = 2
    settings.widths = [8]
    settings.betas = [0.8]
    settings.devices = ["xcvu9p"]
    return settings
  }

  /// Every model from events to the page; what differs as much as these signals is found, in floating
  /// point and in the firmware's integers.
  @Test func theWholeRoad() async throws {
    try await withFolders { data, run in
      var settings = settings(data)
      settings.epochs = 20
      settings.verifiedEvents = 60
      settings.furtherSeeds = [5]
      // Twelve of these pass where a thousandth should.
      try MadeEvents.write(data + "/zero-bias.h5", count: 12_000, pt: 15, seed: 11)
      try MadeEvents.write(data + "/zero-bias-pileup-60.h5", count: 500, pt: 60, seed: 12)
      let hasTools = await ToolsOnPath.areAll([.verilator, .compiler, .make])
      if !hasTools {
        print("SKIPPED simulation: Verilator, a C++ compiler or make is missing")
        settings.simulated = []
      }
      settings.simulatedStudents = hasTools ? [.learnedWidths(3e-6)] : []
      let study = AnomalyDetectionStudy(settings)
      var lines: [String] = []
      do {
        try await study.run(in: run, command: ["winnow", "study"]) { lines.append($0) }
      } catch let error as ReportError where Gnuplot.path == nil {
        // The numbers are there; only the drawing is left.
        print("SKIPPED drawing: \(error)")
      }
      let results = try readJSON(
        [ScoreStep.Result].self, from: run + "/scores/results.json")
      #expect(results.count == 8 * 4)
      #expect(
        results.filter { $0.score == .reconstruction }.allSatisfy { $0.area.value > 0.9 },
        "\(results.filter { $0.score == .reconstruction }.map(\.area.value))")
      #expect(lines.contains { $0.contains("CNN VAE, epoch 20 of 20") })
      let firmware = try readJSON([FirmwareStep.Result].self, from: run + "/firmware/results.json")
      #expect(firmware.count == 4 && firmware.allSatisfy { $0.estimate.multipliers == 0 })
      let verified = try readJSON(
        [VerificationStep.Result].self, from: run + "/verification/results.json")
      #expect(verified.map(\.model) == AnomalyModel.allCases)
      for result in verified where !result.model.isVariational {
        #expect(result.areas.allSatisfy { $0.value > 0.9 }, "\(result.areas.map(\.value))")
      }
      if hasTools {
        let dense = verified[1]
        let vectors = try #require(dense.verification).vectors
        print("SIMULATED study-dnn-vae \(vectors) vectors")
        #expect(dense.verification?.isProved == true)
        #expect(dense.board?.allSatisfy(\.check.isEqual) == true && dense.board?.isEmpty == false)
      }
      let students = try readJSON([StudentStep.Result].self, from: run + "/students/results.json")
      #expect(students.count == Student.all.count)
      if hasTools {
        let student = try #require(students.last?.verification)
        #expect(student.isProved && students[0].verification == nil)
        print("SIMULATED study-student \(student.vectors) vectors")
      }
      let seeds = try readJSON([ScoreStep.SeedResult].self, from: run + "/scores/seeds.json")
      #expect(seeds.count == 2 * 8 * 4 && Set(seeds.map(\.seed)) == [1, 5])
      let rates = try readJSON(RateStep.Results.self, from: run + "/rates/results.json")
      #expect(rates.crossings == 12_000 && rates.rates.count == 2 * ScoreDesign.all.count)
      let dense = rates.rates[0]
      #expect((6...12).contains(dense.total.selected) && dense.pure.selected <= dense.total.selected)
      #expect(dense.drifts.map(\.name).last == "pileup 60")
      // What has four times the momentum is taken far more often.
      #expect(dense.drifts.last!.total.value > 0.5)
      guard Gnuplot.path != nil else { return }
      let table = try ReportTable(contentsOf: run + "/tables/areas.json")
      #expect(table.rows.count == 8)
      #expect(table.rows[0][0] == .text("DNN AE"))
      #expect(table.rows[0][3] == .number(95))
      let implementation = try ReportTable(contentsOf: run + "/tables/implementation.json")
      #expect(implementation.rows[0][3] == .number(130))
      // Nothing is left to do.
      lines = []
      try await study.run(in: run) { lines.append($0) }
      #expect(lines.isEmpty)
    }
  }

  /// The same seed gives the same numbers with another number of threads.
  @Test func threadsChangeNothing() async throws {
    try await withFolders { data, run in
      var bytes: [[UInt8]] = []
      for threads in [1, 2] {
        var settings = settings(data)
        settings.threads = threads
        let folder = try StudyFolder(
          "\(run)-\(threads)", study: "test", settings: settings.named, command: [])
        try SampleStep(folder: folder, settings: settings).run { _ in }
        try TrainingStep(folder: folder, settings: settings).run { _ in }
        try ScoreStep(folder: folder, settings: settings).run { _ in }
        bytes.append(try InputFile.read(ScoreStep.results(in: folder)))
      }
      #expect(bytes[0] == bytes[1])
    }
  }

  @Test func eventsWithoutNumbersAreDroppedAndCounted() async throws {
    try await withFolders(spoiled: 7) { data, run in
      let folder = try StudyFolder(run, study: "test", settings: [:], command: [])
      try SampleStep(folder: folder, settings: settings(data)).run { _ in }
      let summary = try readJSON(
        SampleStep.Summary.self, from: SampleStep.summary(in: folder))
      #expect(summary.dropped["background"] == 1)
      #expect(summary.training + summary.validation + summary.test == 1199)
      #expect(summary.training == 599 && summary.validation == 119)
      // Standardised on the training events: mean 0, width 1.
      let training = try NPZ(contentsOf: run + "/data/training.npz")
      let t = try training.array("t").doubles()
      let first = (0..<599).map { t[57 * $0 + 3] }
      let mean = first.reduce(0, +) / 599
      let variance = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 599
      #expect(abs(mean) < 1e-5 && abs(variance - 1) < 1e-5)
      // η is left in its unit.
      #expect(try t[4] == training.array("x").doubles()[4])
    }
  }

  /// An event of weight 2 is there twice; a weight that is none is named.
  @Test func weightsAreDrawn() async throws {
    try await withFolders { data, run in
      let folder = try StudyFolder(run, study: "test", settings: [:], command: [])
      let file = data + "/h0-to-tautau.h5"
      try MadeEvents.write(file, count: 40, pt: 60, seed: 9, weight: 2.25)
      try SampleStep(folder: folder, settings: settings(data)).run { _ in }
      let summary = try readJSON(SampleStep.Summary.self, from: SampleStep.summary(in: folder))
      // 80 and a binomial draw of 40 at 1/4: 10 ± 2.7.
      let count = try #require(summary.signals["h0-to-tautau"])
      #expect((80...110).contains(count) && count != 80)
      try MadeEvents.write(file, count: 40, pt: 60, seed: 9, weight: -1)
      #expect(
        message { try SampleStep(folder: folder, settings: settings(data)).run { _ in } }
          == "'\(file)' has the weight -1.0 in event 0; weights from 0 to 1000 are possible, and their mean should be 1"
      )
    }
  }

  @Test func missingAndDoubledSamplesAreNamed() async throws {
    try await withFolders { data, run in
      let folder = try StudyFolder(run, study: "test", settings: [:], command: [])
      let step = SampleStep(folder: folder, settings: settings(data))
      try MadeEvents.write(data + "/lq-to-btau.h5", count: 3, pt: 1, seed: 1)
      #expect(
        message { try step.run { _ in } }
          == "'\(data)' has leptoquark_LOWMASS_lepFilter_13TeV.h5 and lq-to-btau.h5 for lq-to-btau; leave one"
      )
      for name in ["lq-to-btau.h5", "leptoquark_LOWMASS_lepFilter_13TeV.h5"] {
        try FileManager.default.removeItem(atPath: "\(data)/\(name)")
      }
      #expect(
        message { try step.run { _ in } }
          == "'\(data)' has no file lq-to-btau*.h5 or leptoquark*.h5 for lq-to-btau; put it there, or give --data another folder"
      )
    }
  }

  @Test func fewEventsAreRefused() async throws {
    try await withFolders(background: 200) { data, run in
      let folder = try StudyFolder(run, study: "test", settings: [:], command: [])
      #expect(
        message { try SampleStep(folder: folder, settings: settings(data)).run { _ in } }
          == "'\(data)/background_for_training.h5' has 200 events; at least 256 are needed to train on")
    }
  }

  /// Widths of the paper's figure I.
  @Test(arguments: AnomalyModel.allCases)
  func modelsHaveThePapersShape(_ model: AnomalyModel) async throws {
    try await withFolders { data, run in
      let folder = try StudyFolder(run, study: "test", settings: [:], command: [])
      try SampleStep(folder: folder, settings: settings(data)).run { _ in }
      let recipe = try model.recipe(sample: TrainingSample(in: run), settings: settings(data))
      _ = try TrainingRun(recipe, in: run + "/m").run()
      let network = try NetworkFile.read(path: run + "/m/network.onnx")
      let types = try network.verify()
      #expect(types["y"]!.shape.last == .fixed(57))
      if model.isVariational {
        #expect(types["mu"]!.shape.last == .fixed(model.latentWidth))
        #expect(types["lv"]!.shape.last == .fixed(model.latentWidth))
      }
      let weights = network.constants.values.map { $0.shape.count > 1 ? $0.shape.reduce(1, *) : 0 }
        .reduce(0, +)
      // Dense: 57·32 + 32·16 + 16·3 (twice for μ and ln σ²) + 3·16 + 16·32 + 32·57. Convolutions:
      // 16·9 + 32·16·3 + 64·8 (twice) + 8·64 + 32·32·3 + 16·32·3 + 9·16.
      let expected: [AnomalyModel: Int] = [
        .denseAutoencoder: 4768, .denseVariational: 4816, .convolutionalAutoencoder: 7456,
        .convolutionalVariational: 7968,
      ]
      #expect(weights == expected[model])
    }
  }
}
