import Winnow

/// Trains and compiles the students: `students/NAME`, `students/results.json`.
struct StudentStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  /// One student on the first device; areas and working points of its integers, by signal.
  struct Result: Codable, Sendable {
    var student: Student
    var areas: [AreaUnderCurve]
    var points: [[ScoreStep.Point]]
    var latencyNanoseconds: Double
    var estimate: Resources
    var synthesis: SynthesisResult?
  }

  static func results(in folder: StudyFolder) -> String { "\(folder.path)/students/results.json" }

  func run(_ progress: (String) -> Void) async throws {
    try train(progress)
    var results: [Result] = []
    for student in Student.all {
      progress("\(student.label), firmware")
      var result = try result(student)
      if settings.synthesizes { result.synthesis = try await synthesize(student) }
      results.append(result)
    }
    try writeJSON(results, to: Self.results(in: folder))
  }

  private func train(_ progress: (String) -> Void) throws {
    try OutputFolder.make("\(folder.path)/students")
    let summary = try readJSON(SampleStep.Summary.self, from: SampleStep.summary(in: folder))
    let (path, settings) = (folder.path, settings)
    try StudyWork.each(Student.all, workers: settings.threads, progress: progress) { student, progress in
      let recipe = try student.recipe(
        teacher: TrainingStep.folder(of: .denseAutoencoder, in: path) + "/network.onnx",
        sample: TrainingSample(in: path), events: summary.training, settings: settings)
      try StudyTraining(recipe, in: "\(path)/students/\(student.name)", label: student.label)
        .run(progress)
    }
  }

  private func design(_ student: Student) throws -> Design {
    let network = try NetworkFile.read(path: "\(folder.path)/students/\(student.name)/network.onnx")
    var options = FirmwareOptions(
      clock: FirmwareStep.clock, part: Device.named(settings.devices[0])!.part, seed: settings.seed)
    options.search = settings.search
    return try Design(network.part(computing: ["answer"]), options: options)
  }

  private func synthesize(_ student: Student) async throws -> SynthesisResult {
    let design = try design(student)
    return try await ScratchFolder.with { try await design.synthesize(in: $0) }
  }

  private func result(_ student: Student) throws -> Result {
    let design = try design(student)
    let engine = try IntegerEngine(design.program)
    let scores = try ScoredSamples.files(in: folder).map { _, file -> [Double] in
      let vectors = try InputEvents.vectors(from: file, for: design.program)
      return try engine.run(vectors.inputs, events: vectors.count)[0].map { Double($0) }
    }
    let (background, signals) = (scores[0], scores.dropFirst())
    return Result(
      student: student,
      areas: try signals.map { try AreaUnderCurve(signal: $0, background: background) },
      points: try signals.map { try ScoreStep.points(signals: $0, background: background) },
      latencyNanoseconds: Double(design.pipeline.latency) * 1000 / FirmwareStep.clock,
      estimate: design.resources)
  }
}
