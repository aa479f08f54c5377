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
    /// What was compared; `nil` where nothing was simulated.
    var verification: Verification.Result?
  }

  static func folder(of student: Student, in study: String) -> String { "\(study)/students/\(student.name)" }
  static func results(in folder: StudyFolder) -> String { "\(folder.path)/students/results.json" }

  /// As `winnow compile` writes it.
  static func firmware(of student: Student, in study: String) -> String {
    "\(study)/students/firmware/\(student.name)"
  }

  func run(_ progress: (String) -> Void) async throws {
    try train(progress)
    try OutputFolder.make("\(folder.path)/students/firmware")
    var results: [Result] = []
    for student in Student.all {
      progress("\(student.label), firmware")
      let (design, synthesis) = try await write(student)
      var result = try result(student, design, synthesis)
      if settings.simulatedStudents.contains(student) {
        result.verification = try await verify(student) { progress("\(student.label), \($0)") }
      }
      results.append(result)
    }
    try writeJSON(results, to: Self.results(in: folder))
    for result in results {
      try result.verification?.check(result.student.label, in: Self.results(in: folder))
    }
  }

  private func train(_ progress: (String) -> Void) throws {
    try OutputFolder.make("\(folder.path)/students")
    let summary = try readJSON(SampleStep.Summary.self, from: SampleStep.summary(in: folder))
    let (path, settings) = (folder.path, settings)
    try StudyWork.each(Student.all, workers: settings.threads, progress: progress) { student, progress in
      let recipe = try student.recipe(
        teacher: TrainingStep.folder(of: .denseAutoencoder, in: path) + "/network.onnx",
        sample: TrainingSample(in: path), events: summary.training, settings: settings)
      try StudyTraining(recipe, in: Self.folder(of: student, in: path), label: student.label)
        .run(progress)
    }
  }

  private var options: FirmwareOptions {
    var options = FirmwareOptions(
      clock: FirmwareStep.clock, part: Device.named(settings.devices[0])!.part, seed: settings.seed)
    options.search = settings.search
    return options
  }

  private func write(
    _ student: Student
  ) async throws -> (design: Design, synthesis: SynthesisResult?) {
    let network = try NetworkFile.read(
      path: Self.folder(of: student, in: folder.path) + "/network.onnx")
    let design = try Design(network.part(computing: ["answer"]), options: options)
    let synthesis = settings.synthesizes ? try await synthesize(design) : nil
    var report = CompiledReport(.parallel(design))
    report.synthesis = synthesis
    try RunDirectory(Self.firmware(of: student, in: folder.path)).write(
      .parallel(design), options: options, style: .parallel, report: report,
      command: folder.description.command, model: student.name)
    return (design, synthesis)
  }

  private func synthesize(_ design: Design) async throws -> SynthesisResult {
    try await ScratchFolder.with { try await design.synthesize(in: $0) }
  }

  private func verify(
    _ student: Student, _ progress: (String) -> Void
  ) async throws -> Verification.Result {
    let proof = try FirmwareProof(Self.firmware(of: student, in: folder.path), style: .parallel)
    let files = try ScoredSamples.files(in: folder).map {
      try InputEvents.vectors(from: $0.path, for: proof.program)
    }
    return try await proof.verify(
      TestVectors(mixing: files, most: settings.verifiedEvents), progress)
  }

  private func result(
    _ student: Student, _ design: Design, _ synthesis: SynthesisResult?
  ) throws -> Result {
    let engine = try ScoreDesign.student(student).engine(in: folder, settings)
    let scores = try ScoredSamples.files(in: folder).map { try engine.scores(of: $0.path) }
    let (background, signals) = (scores[0], scores.dropFirst())
    return Result(
      student: student,
      areas: try signals.map { try AreaUnderCurve(signal: $0, background: background) },
      points: try signals.map { try ScoreStep.points(signals: $0, background: background) },
      latencyNanoseconds: Double(design.pipeline.latency) * 1000 / FirmwareStep.clock,
      estimate: design.resources, synthesis: synthesis)
  }
}
