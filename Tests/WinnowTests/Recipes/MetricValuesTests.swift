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
}
