import Winnow

/// Proves the scores equal in interpreter, engine, emulator and Verilog on the events of the study, and
/// keeps the integers, from which table 2 is made: `verification/NAME.npz`, `verification/results.json`.
struct VerificationStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  /// One model.
  struct Result: Codable, Sendable {
    var model: AnomalyModel
    /// What was compared, the Verilog of the first device in simulation; `nil` where it was not simulated.
    var verification: Verification.Result?
    /// Of the integers, by signal.
    var areas: [AreaUnderCurve]
    var points: [[ScoreStep.Point]]
    /// The share of background events whose score is 0.
    var zeroShare: Double
    /// Events a second of one core, in the integer engine.
    var engineRate: Double
    /// The pattern files through the simulated payload, where there is one.
    var board: [Board]?
  }

  /// Section VII of the paper, in simulation.
  struct Board: Codable, Sendable {
    var format: String
    var check: PatternCheck
  }

  static func results(in folder: StudyFolder) -> String { "\(folder.path)/verification/results.json" }
  static func scores(_ folder: StudyFolder, _ model: AnomalyModel) -> String {
    "\(folder.path)/verification/\(model.rawValue).npz"
  }

  /// Packets of a board's buffer that are simulated.
  private static let boardEvents = 500

  /// A compiled model with the events that it is simulated on.
  private struct Bench {
    var proof: FirmwareProof
    var engine: IntegerEngine
    var events: TestVectors
    /// Events a second of the engine.
    var rate: Double
  }

  func run(_ progress: (String) -> Void) async throws {
    var results: [Result] = []
    for model in AnomalyModel.allCases {
      let bench = try bench(model) { progress("\(model.label), \($0)") }
      var verification: Verification.Result?
      var board: [Board]?
      if settings.simulated.contains(model) {
        verification = try await bench.proof.verify(bench.events) { progress("\(model.label), \($0)") }
        board = try await self.board(bench) { progress("\(model.label), \($0)") }
      }
      results.append(try result(model, bench, verification, board))
    }
    try finish(results)
  }

  private func finish(_ results: [Result]) throws {
    try writeJSON(results, to: Self.results(in: folder))
    for result in results {
      try result.verification?.check(result.model.label, in: Self.results(in: folder))
    }
  }

  /// Compiles again, scores all events in the engine, and chooses those for the simulation.
  private func bench(_ model: AnomalyModel, _ progress: (String) -> Void) throws -> Bench {
    let path = FirmwareStep.folder(of: model, settings.devices[0], in: folder.path)
    progress("compiling")
    let proof = try FirmwareProof(path, style: model.firmwareStyle)
    let program = proof.program
    progress("integer engine")
    let engine = try IntegerEngine(program)
    var scores = NPZ()
    var files: [TestVectors] = []
    for (name, file) in ScoredSamples.files(in: folder) {
      let vectors = try InputEvents.vectors(from: file, for: program)
      let found = try engine.run(vectors.inputs, events: vectors.count)
      scores[name] = NumericArray(integers: found[0], shape: [vectors.count])
      files.append(vectors)
    }
    try OutputFolder.make("\(folder.path)/verification")
    try scores.write(to: Self.scores(folder, model))
    return Bench(
      proof: proof, engine: engine,
      events: TestVectors(
        mixing: files, most: model.isConvolutional ? settings.verifiedImages : settings.verifiedEvents),
      rate: try Self.rate(engine, files[0]))
  }

  /// Events a second: the median of seven runs.
  private static func rate(_ engine: IntegerEngine, _ events: TestVectors) throws -> Double {
    let seconds = try (0..<7).map { _ in
      let start = ContinuousClock.now
      _ = try engine.run(events.inputs, events: events.count)
      return (ContinuousClock.now - start) / .seconds(1)
    }
    return Double(events.count) / seconds.sorted()[3]
  }

  private func result(
    _ model: AnomalyModel, _ bench: Bench, _ verification: Verification.Result?, _ board: [Board]?
  ) throws -> Result {
    let scores = try NPZ(contentsOf: Self.scores(folder, model))
    let background = try scores.array("test").doubles()
    let signals = try AnomalySample.signals.map { try scores.array($0.rawValue).doubles() }
    return Result(
      model: model, verification: verification,
      areas: try signals.map { try AreaUnderCurve(signal: $0, background: background) },
      points: try signals.map { try ScoreStep.points(signals: $0, background: background) },
      zeroShare: Double(background.count { $0 == 0 }) / Double(background.count),
      engineRate: bench.rate, board: board)
  }

  /// What goes through the payload: the first of the chosen events; `nil` without links.
  private func packets(
    _ bench: Bench
  ) throws -> (design: any LinkedDesign, events: TestVectors, answers: [[Int64]])? {
    guard try RunDirectory(bench.proof.path).description().files.contains("firmware/io.yaml"),
      let design = bench.proof.compiled.linked
    else { return nil }
    let events = TestVectors(mixing: [bench.events], most: Self.boardEvents)
    return (design, events, try bench.engine.run(events.inputs, events: events.count))
  }

  private func board(_ bench: Bench, _ progress: (String) -> Void) async throws -> [Board]? {
    guard let packets = try packets(bench) else { return nil }
    progress("pattern files through the payload")
    return try await ScratchFolder.with { temporary in
      try await BoardPatterns.simulatePayload(
        of: bench.proof.path, packets.design, events: packets.events, answers: packets.answers, in: temporary)
    }.map { Board(format: $0.format.rawValue, check: $0.result) }
  }
}

extension TestVectors {
  /// The first events of several files of one input, as many of each as go, so that none is left out.
  init(mixing files: [TestVectors], most: Int) {
    var left = most
    var mantissas: [Int64] = []
    var count = 0
    for (place, file) in files.sorted(by: { $0.count < $1.count }).enumerated() {
      let taken = min(file.count, left / (files.count - place))
      mantissas += file.inputs[0].prefix(file.inputs[0].count / max(file.count, 1) * taken)
      left -= taken
      count += taken
    }
    self.init(inputs: [mantissas], count: count)
  }
}

extension ScoredSamples {
  /// The background to test on, then the signals.
  static func files(in folder: StudyFolder) -> [(name: String, path: String)] {
    (["test"] + AnomalySample.signals.map(\.rawValue)).map { ($0, "\(folder.path)/data/\($0).npz") }
  }
}
