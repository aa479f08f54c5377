import Foundation
import Testing
import WinnowTestSupport

@testable import Winnow

@Suite struct TrainingEventsTests {
  private func recipe(_ data: String, _ split: String) throws -> Recipe {
    try Recipe(
      yaml: """
        data: {file: "\(data)", inputs: {x: x}, targets: {y: y}, split: {\(split)}}
        network: {dense: [4, 2]}
        loss: categorical_crossentropy
        batch: 16
        epochs: 1
        """)
  }

  /// Shares that leave nothing to train on are refused with the same words in either order.
  @Test(arguments: [true, false]) func splits(shuffled: Bool) async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(60, to: folder)
      func split(_ text: String) throws -> DataSplit {
        try TrainingEvents(recipe(data, "\(text), shuffle: \(shuffled)").data).split
      }
      let message = SmallEvents.message { _ = try split("validation: 0.6, test: 0.5") }
      #expect(
        message.contains("the training split is empty: validation takes 36 and test 30 of 60"),
        "\(message)")
      let all = try split("validation: 0")
      #expect(all.training.count == 60 && all.validation.isEmpty && all.test.isEmpty)
      let three = try split("validation: 0.25, test: 0.5")
      #expect([three.training, three.validation, three.test].map(\.count) == [15, 15, 30])
      if !shuffled {
        #expect([three.training, three.validation, three.test].map { $0[0] } == [0, 15, 30])
      }
    }
  }

  /// Targets of binary losses are probabilities, but for what a mask leaves out.
  @Test(arguments: ["binary_crossentropy", "binary_focal"]) func targets(loss: String) async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(64, to: folder)
      func run(_ target: String, _ mask: String = "") throws {
        let recipe = try Recipe(
          yaml: """
            data: {file: "\(data)", inputs: {x: x}, targets: {x2: x, m: m}}
            network: {dense: [4, 4]}
            loss: {kind: \(loss), target: \(target)\(mask)}
            batch: 16
            epochs: 1
            """)
        _ = try TrainingRun(recipe, in: "\(folder)/\(target)\(mask.isEmpty)").run()
      }
      let message = SmallEvents.message { try run("x2") }
      #expect(
        message.hasPrefix(
          "the loss '\(loss)' compares with probabilities from 0 to 1, and the target 'x2' has "),
        "\(message)")
      #expect(message.contains(" in row "), "\(message)")
      try run("m")
      try run("x2", ", mask: m")
    }
  }

  /// Names that match nothing are refused before training, those of what quantisation adds are not.
  @Test(arguments: [
    ("pruning: {final_sparsity: 0.5, excluding: [dnese_1*]}", "'pruning.excluding' has 'dnese_1*'"),
    ("quantization: {rules: [{nodes: outptu, weights: 4}]}", "'quantization.rules' has 'outptu'"),
    (
      "quantization: {epochs: 0}\nwidths: {beta: 0.1, fixed: [outptu]}",
      "'widths.fixed' has 'outptu', and nothing in the network has such a name; did you mean 'output'?"
    ),
    ("quantization: {epochs: 1}\nwidths: {beta: 0.1, fixed: [output_of_later, \"*_x\"]}", "no error"),
  ])
  func names(settings: String, sentence: String) async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(64, to: folder)
      let recipe = try Recipe(
        yaml: """
          data: {file: "\(data)", inputs: {x: x}, targets: {y: y}}
          network: {dense: [4, 6, 2]}
          loss: categorical_crossentropy
          batch: 16
          epochs: 1
          \(settings)
          """)
      let message = SmallEvents.message { _ = try TrainingRun(recipe, in: "\(folder)/run").run() }
      #expect(message.contains(sentence), "\(message)")
    }
  }
}
