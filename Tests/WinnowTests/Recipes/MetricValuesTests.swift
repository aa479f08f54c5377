import Foundation
import Testing
import WinnowTestSupport

@testable import Winnow

@Suite struct MetricValuesTests {
  private func values(
    _ kinds: [MetricKind], scores: [Float], truth: [Float], weights: [Double]? = nil,
    threshold: Float = 0
  ) throws -> [String: Double] {
    try MetricValues(
      kinds, scores: scores, truth: truth,
      weights: weights ?? [Double](repeating: 1, count: truth.count), threshold: threshold,
      target: "t"
    ).values
  }

  /// Where a split has one class only, the area is left out and the rest stays.
  @Test(arguments: [0, 1] as [Float]) func oneClass(label: Float) throws {
    let found = try values([.accuracy, .auc], scores: [1, -1], truth: [label, label])
    #expect(found == ["accuracy": 0.5])
    // Of two pairs of unlike events one has the larger score for the signal.
    let both = try values([.auc], scores: [1, -1, 0], truth: [0, 0, 1])
    #expect(both == ["auc": 0.5])
  }

  /// What is no label is named; metrics of numbers take it.
  @Test(arguments: [3e9, 0.5, -1e20] as [Float]) func noLabels(value: Float) throws {
    for kind in [MetricKind.accuracy, .auc] {
      let message = SmallEvents.message {
        _ = try values([kind], scores: [1, -1], truth: [0, value])
      }
      #expect(
        message.contains("the target 't' has \(value), which is none; leave them out"), "\(message)")
    }
    #expect(try values([.mae], scores: [0, value], truth: [0, value]) == ["mae": 0])
  }

  /// It shows before anything is trained.
  @Test func noLabelsInARun() async throws {
    try await withTemporaryFolder { folder in
      let recipe = try Recipe(
        yaml: """
          data: {file: "\(SmallEvents.write(64, to: folder))", inputs: {x: x}, targets: {t: t}}
          network: {dense: [4, 1]}
          loss: mse
          batch: 16
          epochs: 1
          metrics: [accuracy]
          """)
      let message = SmallEvents.message { _ = try TrainingRun(recipe, in: "\(folder)/run").run() }
      #expect(message.contains("the target 't' has "), "\(message)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run/checkpoints/last.npz"))
    }
  }

  /// A test split without weight has no results; a validation split without is refused.
  @Test(arguments: ["test", "validation"]) func eventsWithoutWeight(split: String) async throws {
    try await withTemporaryFolder { folder in
      let path = "\(folder)/weights.npz"
      var file = SmallEvents.arrays(64)
      // In order: 32 train, 16 validate, 16 test.
      let first = split == "test" ? 48 : 32
      file["w"] = NumericArray(
        floats: (0..<64).map { (first..<first + 16).contains($0) ? 0 : 1 }, shape: [64])
      try file.write(to: path)
      let recipe = try Recipe(
        yaml: """
          data: {file: "\(path)", inputs: {x: x}, targets: {y: y}, weights: w,
            split: {validation: 0.25, test: 0.25, shuffle: false}}
          network: {dense: [4, 2]}
          loss: categorical_crossentropy
          batch: 16
          epochs: 1
          metrics: [accuracy]
          """)
      let run = try TrainingRun(recipe, in: "\(folder)/run")
      guard split == "validation" else {
        let metrics = try run.run()
        #expect(metrics.validation?.metrics.keys.sorted() == ["accuracy"] && metrics.test == nil)
        return
      }
      let message = SmallEvents.message { _ = try run.run() }
      #expect(message.hasPrefix("all 16 validation events have the weight 0"), "\(message)")
    }
  }

  /// Scores are cut where the loss puts the border of two classes.
  @Test(
    arguments: [
      ("mse", 0.5), ("mae", 0.5), ("huber", 0.5), ("binary_crossentropy", 0), ("hinge", 0),
      ("{kind: binary_crossentropy, from_logits: false}", 0.5),
    ] as [(String, Float)])
  func thresholds(loss: String, threshold: Float) throws {
    let recipe = try Recipe(
      yaml: """
        data: {file: absent.npz, inputs: {x: x}, targets: {y: y}}
        network: {dense: [4, 1]}
        loss: \(loss)
        """)
    #expect(recipe.losses.map(\.scoreThreshold) == [threshold])
  }
}
