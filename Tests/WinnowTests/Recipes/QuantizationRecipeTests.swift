import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// Number formats as recipes write them.
@Suite struct QuantizationRecipeTests {
  private static func text(_ quantization: String, rest: String = "") -> String {
    PruningRecipeTests.text("quantization: {\(quantization)}\n\(rest)", epochs: 2)
  }

  private func run(_ text: String, _ body: (TrainingMetrics, Network) throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let metrics = try TrainingRun(Recipe(yaml: text), in: folder + "/run").run()
      try body(metrics, NetworkFile.read(path: folder + "/run/network.onnx"))
    }
  }

  private func weights(of layer: String, in network: Network) throws -> [Double] {
    let folded = try ConstantFolding().run(on: network)
    let node = try #require(folded.nodes.first { $0.name == layer })
    return try #require(folded.constants[node.inputs[1]]).elements.doubles
  }

  @Test func quantizersAsQKerasSpellsThem() async throws {
    try await run(
      Self.text(
        """
        weights: "quantized_bits(6,0,alpha=1)", biases: "quantized_bits(8,3)",
        activations: "quantized_relu(6,3)", inputs: "quantized_bits(12,4)", epochs: 2,
        fold_scalers: false, rules: [{nodes: output, weights: "binary(alpha=1)", activations: 16}]
        """)
    ) { metrics, network in
      #expect(metrics.exactness != nil)
      // Six bits without integer bits: multiples of 1/32 from −1 to 31/32.
      let hidden = try weights(of: "dense_1", in: network)
      #expect(hidden.allSatisfy { $0 >= -1 && $0 < 1 && ($0 * 32).rounded() == $0 * 32 })
      #expect(Set(hidden).count > 8)
      #expect(try Set(weights(of: "output", in: network)) == [-1, 1])
    }
  }

  /// Learned steps are rounded to powers of two, and the last part trains the firmware's integers.
  @Test func learnedSteps() async throws {
    try await run(
      Self.text(
        """
        weights: {bits: 5, granularity: channel}, fold_scalers: false, epochs: 2,
        learned_steps: {weights: channel, epochs: 3}
        """)
    ) { metrics, network in
      #expect(
        metrics.epochs.map(\.stage) == [
          "float", "float", "steps", "steps", "steps", "quantized", "quantized",
        ])
      #expect(metrics.exactness != nil)
      #expect(!network.nodes.contains { $0.operation is LearnedStepQuantize })
      // The loss of the file is that of its epoch, to the bit.
      #expect(metrics.validation?.loss == metrics.epochs.suffix(2).compactMap(\.validationLoss).min())
    }
  }

  /// After training alone: ranges, per channel, biases corrected; no step in fixed point.
  @Test func afterTrainingAlone() async throws {
    var losses: [Double] = []
    for range in ["minmax", "mse", "percentile 99.5"] {
      try await run(
        Self.text(
          """
          weights: {bits: 5, granularity: channel, range: \(range)}, activations: {bits: 6, range: \(range)},
          fold_scalers: false, bias_correction: true, calibration_rows: 1000, epochs: 0
          """)
      ) { metrics, network in
        #expect(metrics.epochs.map(\.stage) == ["float", "float"])
        #expect(network.nodes.contains { $0.operation is Quantize })
        losses.append(try #require(metrics.validation?.loss))
      }
    }
    #expect(Set(losses).count == 3, "each rule gives other formats: \(losses)")
  }

  /// Widths of an imported network's scaler are not learned, and are counted as they stand.
  @Test func widthsBehindTheScalerOfAnImportedNetwork() async throws {
    try await withTemporaryFolder { folder in
      let first = try Recipe(yaml: PruningRecipeTests.text("", epochs: 1))
      _ = try TrainingRun(first, in: folder + "/float").run()
      let recipe = try Recipe(
        yaml: """
          data: {file: "\(PruningRecipeTests.jets)", inputs: {x: x}, targets: {y: y}}
          network: {file: "\(folder)/float/network.onnx"}
          loss: categorical_crossentropy
          batch: 256
          epochs: 0
          quantization: {weights: {bits: 6, granularity: channel}, fold_scalers: false, epochs: 2}
          widths: {beta: [1.0e-6, 1.0e-5]}
          """)
      var bounds: [Double] = []
      var exact: [Double] = []
      let metrics = try TrainingRun(recipe, in: folder + "/widths").run { progress in
        guard progress.isEpochEnd else { return }
        if let bound = progress.bitOperationBound { bounds.append(bound) }
        if let number = progress.effectiveBitOperations { exact.append(number) }
      }
      // The progress names both, and the exact number is the results'.
      #expect(bounds.count == 2 && exact == metrics.epochs.compactMap(\.effectiveBitOperations))
      #expect(zip(exact, bounds).allSatisfy { $0 <= $1 })
    }
  }

  @Test(arguments: [
    ("weights: \"quantized_bits(8,0,alpha='auto')\"", "free scales"),
    ("activations: \"quantized_relu(8,3,negative_slope=0.25)\"", "leaky_relu"),
    ("activations: \"quantized_bits(8,0,alpha='auto_po2')\"", "stands at none"),
    ("rules: [{layers: output, weights: 4}]", "'quantization.rules.0.layers' is no key"),
    ("learned_steps: {weights: chanel}", "did you mean 'channel'?"),
    ("learned_steps: maybe", "must be true or false"),
  ])
  func impossibleFormats(quantization: String, sentence: String) {
    do {
      _ = try Recipe(yaml: Self.text(quantization))
      Issue.record("\(quantization) was taken")
    } catch { #expect("\(error)".contains(sentence), "\(error)") }
  }

  /// The sign of zero is 1.
  @Test func binaryWeightsAreNotPruned() async throws {
    await #expect(throws: RecipeError.self) {
      try await run(
        Self.text(
          "weights: \"binary(alpha=1)\", fold_scalers: false", rest: "pruning: {final_sparsity: 0.5}")
      ) { _, _ in }
    }
  }
}
