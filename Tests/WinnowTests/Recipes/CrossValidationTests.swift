import Foundation
import Testing
import Winnow
import WinnowTestSupport

@Suite struct CrossValidationTests {
  static func recipe(_ data: String, _ settings: [String] = []) throws -> Recipe {
    try Recipe(
      yaml: """
        name: folded
        data:
          {file: "\(data)", inputs: {x: x}, targets: {y: y}, split: {test: 0.1}, folds: 3, stratify: y}
        network: {dense: [4, 6, 2]}
        loss: categorical_crossentropy
        batch: 16
        epochs: 2
        metrics: [accuracy]
        """, setting: settings)
  }

  /// Every event that is no test event validates once, and means and deviations are those of the
  /// folds' own files.
  @Test func everyEventValidatesOnce() async throws {
    try await withTemporaryFolder { folder in
      let recipe = try Self.recipe(SmallEvents.write(130, to: folder))
      let metrics = try CrossValidationRun(recipe, in: "\(folder)/run").run()
      #expect(metrics.folds.map(\.events.validation) == [39, 39, 39])
      #expect(metrics.folds.map(\.events.training) == [78, 78, 78])
      #expect(metrics.folds.map(\.events.test) == [13, 13, 13])
      let losses = try (1...3).map { fold in
        try JSONDecoder().decode(
          TrainingMetrics.self, from: SmallEvents.bytes("\(folder)/run/fold-\(fold)/metrics.json")
        ).validation!.loss
      }
      #expect(Set(losses).count == 3)
      let mean = (losses[0] + losses[1] + losses[2]) / 3
      let differences =
        pow(losses[0] - losses[1], 2) + pow(losses[1] - losses[2], 2) + pow(losses[2] - losses[0], 2)
      // Σ (x − mean)² = Σ of squared differences of pairs / n; rounding of a few operations.
      let found = try #require(metrics.validation["loss"])
      #expect(abs(found.mean - mean) <= 1e-12 * mean)
      #expect(abs(found.standardDeviation - (differences / 6).squareRoot()) <= 1e-9 * mean)
      #expect(metrics.validation.keys.sorted() == ["accuracy", "loss"])
      #expect(metrics.test?.keys.sorted() == ["accuracy", "loss"])
    }
  }

  /// A run that stopped in the middle ends with the bytes of one that did not; threads change nothing.
  @Test func interruptedRunsEndAlike() async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(130, to: folder)
      let whole = "\(folder)/whole"
      _ = try CrossValidationRun(Self.recipe(data), in: whole).run()
      // As it was after the second fold's checkpoint.
      let run = "\(folder)/run"
      _ = try CrossValidationRun(Self.recipe(data), in: run).run()
      try FileManager.default.removeItem(atPath: "\(run)/metrics.json")
      try FileManager.default.removeItem(atPath: "\(run)/fold-3")
      try FileManager.default.removeItem(atPath: "\(run)/fold-2/metrics.json")
      for part in ["", "/fold-2"] { try Self.unfinish("\(run)\(part)/run.json") }
      let again = try CrossValidationRun(Self.recipe(data, ["threads=2"]), in: run)
      #expect(again.start == .resumed)
      _ = try again.run()
      for file in ["metrics.json", "fold-2/network.onnx", "fold-3/metrics.json"] {
        #expect(
          try SmallEvents.bytes("\(run)/\(file)") == SmallEvents.bytes("\(whole)/\(file)"), "\(file)")
      }
      let finished = try CrossValidationRun(Self.recipe(data), in: run)
      #expect(finished.start == .finished)
      #expect(try finished.metrics().folds.count == 3)
      #expect(
        SmallEvents.message { _ = try CrossValidationRun(Self.recipe(data, ["data.folds=4"]), in: run) }
          .contains("('data.folds' differs)"))
    }
  }

  /// Results that were removed from a finished run's folder are written again.
  @Test func removedResultsComeBack() async throws {
    try await withTemporaryFolder { folder in
      let recipe = try Self.recipe(SmallEvents.write(130, to: folder))
      let run = "\(folder)/run"
      _ = try CrossValidationRun(recipe, in: run).run()
      for removed in ["metrics.json", "fold-2/network.onnx", "fold-3/metrics.json"] {
        let bytes = try SmallEvents.bytes("\(run)/\(removed)")
        try FileManager.default.removeItem(atPath: "\(run)/\(removed)")
        let again = try CrossValidationRun(recipe, in: run)
        #expect(again.start == .resumed, "\(removed)")
        _ = try again.run()
        #expect(try SmallEvents.bytes("\(run)/\(removed)") == bytes, "\(removed)")
        #expect(try CrossValidationRun(recipe, in: run).start == .finished)
      }
      try FileManager.default.removeItem(atPath: "\(run)/fold-1")
      #expect(try CrossValidationRun(recipe, in: run).start == .resumed)
    }
  }

  static func unfinish(_ path: String) throws {
    var description = try JSONDecoder().decode(
      TrainingDescription.self, from: SmallEvents.bytes(path))
    description.isFinished = false
    try JSONEncoder().encode(description).write(to: URL(fileURLWithPath: path))
  }

  @Test(arguments: [
    ("data.folds=1", "'data.folds' is 1; give 2 to 255"),
    ("data.fold=4", "'data.fold' is 4; give 1 to 3"),
    ("data.split.shuffle=false", "drawn at random"),
    ("data.stratify=z", "'data.stratify' is 'z'"),
    ("data.folds=", "'data.stratify' belongs to 'data.folds'"),
  ])
  func whatCannotBe(setting: String, sentence: String) {
    let message = SmallEvents.message { _ = try Self.recipe("absent.npz", [setting]) }
    #expect(message.contains(sentence), "\(message)")
  }
}
