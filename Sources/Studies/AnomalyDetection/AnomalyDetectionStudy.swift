import Foundation
import Winnow

/// The unexpected, at 40 MHz: autoencoders for the Level-1 trigger, from events to a page.
///
///     let study = AnomalyDetectionStudy(.init(data: "Examples/anomaly-detection", quick: true))
///     try await study.run(in: "build/anomaly") { print($0) }
///
/// - Reference: E. Govorkova et al., Autoencoders on field-programmable gate arrays for real-time,
///   unsupervised new physics detection at 40 MHz at the Large Hadron Collider, arXiv:2108.03986.
public struct AnomalyDetectionStudy: Sendable {
  public static let name = "anomaly-detection"

  /// What can be asked for by `only`, in order.
  public static let steps = [
    "events", "data", "training", "scores", "compression", "firmware", "verification", "students",
    "rates", "page",
  ]

  public var settings: AnomalyDetectionSettings

  public init(_ settings: AnomalyDetectionSettings) { self.settings = settings }

  /// Does what is not done yet.
  ///
  /// - Parameters:
  ///   - only: the one step to do, again if it was done.
  ///   - command: how the study was started, for `run.json` and the page.
  ///   - progress: called with what is being done.
  /// - Throws: one sentence; what is finished stays, and the same call goes on.
  public func run(
    in path: String, only: String? = nil, command: [String] = [], progress: (String) -> Void = { _ in }
  ) async throws {
    // Before what a folder says is read; a new one must be made first.
    let isThere = FileManager.default.fileExists(atPath: path + "/run.json")
    let early = isThere ? try RunLock(path) : nil
    let folder = try StudyFolder(
      path, study: Self.name, settings: settings.named, command: command)
    let lock = try early ?? RunLock(path)
    defer { withExtendedLifetime(lock) {} }
    try await checkTools { step in only.map { $0 == step } ?? !folder.isDone(step) }
    var steps = [
      StudyStep("events", "generated events") {
        try await GenerationStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("data", "sample", leaves: "data") {
        try SampleStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("training", "training", leaves: "models") {
        try TrainingStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("scores", "scores", leaves: "scores") {
        try ScoreStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("compression", "compression", leaves: "compression") {
        try CompressionStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("firmware", "firmware", leaves: "firmware") {
        try await FirmwareStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("verification", "verification", leaves: "verification") {
        try await VerificationStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("students", "students", leaves: "students") {
        try await StudentStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("rates", "rates", leaves: "rates") {
        try RateStep(folder: folder, settings: settings).run($0)
      },
      StudyStep("page", "page") { try PageStep(folder: folder, settings: settings).run($0) },
    ]
    // Files that are given need no making.
    if settings.data != nil { steps.removeFirst() }
    try await folder.run(steps, only: only, progress: progress)
  }

  /// Looks for the programs that steps still to do will call, before hours are spent on those before them.
  private func checkTools(_ isDue: (_ step: String) -> Bool) async throws {
    if isDue("verification") && !settings.simulated.isEmpty
      || isDue("students") && !settings.simulatedStudents.isEmpty
    {
      for tool in [ExternalTool.compiler, .make, .verilator] { try await tool.check() }
    }
    if settings.synthesizes, isDue("firmware") || isDue("students") {
      try await ExternalTool.yosys.check()
    }
  }
}
