import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// Everything that a recipe can make smaller, on 5,000 jets.
@Suite struct PruningRecipeTests {
  static let jets = SharedData.repository + "/Examples/jet-tagger/jets-sample.npz"

  static func text(_ rest: String, epochs: Int = 3) -> String {
    """
    data: {file: "\(jets)", inputs: {x: x}, targets: {y: y}, scaler: standard}
    network: {dense: [16, 16, 8, 3], batch_normalization: true}
    loss: categorical_crossentropy
    batch: 256
    epochs: \(epochs)
    \(rest)
    """
  }

  static let quantization =
    "quantization: {weights: {bits: 6, granularity: channel}, fold_scalers: false, epochs: 4}"

  /// Runs a recipe; then again from every state that an epoch left on the disk, to the same bytes.
  private func run(
    _ text: String, in folder: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> TrainingMetrics {
    let recipe = try Recipe(yaml: text)
    let whole = folder + "/whole"
    var copies = 0
    let metrics = try TrainingRun(recipe, in: whole).run { progress in
      guard progress.isEpochEnd else { return }
      copies += 1
      try? FileManager.default.copyItem(atPath: whole, toPath: "\(folder)/copy-\(copies)")
    }
    #expect(copies == metrics.epochs.count, sourceLocation: sourceLocation)
    for copy in 1...copies {
      let other = try TrainingRun(recipe, in: "\(folder)/copy-\(copy)")
      #expect(other.start == .resumed, sourceLocation: sourceLocation)
      _ = try other.run()
      for name in ["network.onnx", "last.onnx", "metrics.json"] {
        let files = try ["whole", "copy-\(copy)"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/\(name)"))
        }
        #expect(files[0] == files[1], "\(name) resumed after epoch \(copy)", sourceLocation: sourceLocation)
      }
    }
    return metrics
  }

  private func weights(_ path: String) throws -> NetworkSummary {
    try NetworkSummary(ConstantFolding().run(on: NetworkFile.read(path: path)))
  }

  /// Rounds go back to the end of the first epoch; what is gone stays gone.
  @Test(arguments: [false, true]) func roundsWithRewinding(keepsWeights: Bool) async throws {
    try await withTemporaryFolder { folder in
      let metrics = try run(
        Self.text(
          """
          \(Self.quantization)
          pruning: {kind: iterative, final_sparsity: 0.75, rounds: 2, keep_weights: \(keepsWeights)}
          """, epochs: 2), in: folder)
      #expect(
        metrics.epochs.map { "\($0.stage) \($0.epoch)" } == [
          "float 1", "float 2", "quantized 1", "quantized 2", "quantized 3", "quantized 4",
          "quantized round 1 2", "quantized round 1 3", "quantized round 1 4",
          "quantized round 2 2", "quantized round 2 3", "quantized round 2 4",
        ])
      // 256 + 128 + 24 weights; three quarters of each tensor, and what rounding makes zero.
      for file in ["network.onnx", "last.onnx"] {
        let summary = try weights("\(folder)/whole/\(file)")
        #expect(summary.weights == 408 && (306..<380).contains(summary.zeros), "\(summary.zeros)")
      }
      // Rewound to the first epoch, the first epoch of a round does not begin where the last ended.
      let (before, after) = (metrics.epochs[5].loss, metrics.epochs[6].loss)
      #expect(keepsWeights || after > before)
    }
  }

  @Test func neuronsGoAndTheRestTrainsOn() async throws {
    try await withTemporaryFolder { folder in
      let metrics = try run(
        Self.text(
          """
          \(Self.quantization)
          pruning: {kind: neurons, share: 0.5, epochs: 2}
          """), in: folder)
      #expect(
        metrics.epochs.map(\.stage)
          == ["float", "float", "float", "smaller", "smaller"]
          + Array(repeating: "quantized", count: 4))
      // 16·8 + 8·4 + 4·3 are left of 16·16 + 16·8 + 8·3.
      #expect(try weights(folder + "/whole/network.onnx").weights == 172)
      #expect(metrics.exactness != nil)
    }
  }

  /// Filters of a convolution, without any number formats, and a network that comes as it is.
  @Test func filtersOfAnUntrainedNetwork() async throws {
    try await withTemporaryFolder { folder in
      let recipe = try Recipe(
        yaml: """
          data: {file: "\(Self.jets)", inputs: {x: x}, targets: {y: y}}
          network:
            layers:
              - {reshape: [1, 4, 4]}
              - {convolution: 6, kernel: [3, 3], padding: same}
              - relu
              - flatten
              - {dense: 3}
          loss: categorical_crossentropy
          batch: 256
          epochs: 0
          pruning: {kind: neurons, share: 0.34, norm: l2, epochs: 1}
          """)
      let metrics = try TrainingRun(recipe, in: folder + "/run").run()
      #expect(metrics.epochs.map(\.stage) == ["smaller"])
      // Four of six filters, and their 16 positions each.
      #expect(try weights(folder + "/run/network.onnx").weights == 4 * 9 + 4 * 16 * 3)
    }
  }

  /// The compiled network keeps to the look-up tables asked for, and uses most of them.
  @Test func aTargetOfLookUpTables() async throws {
    try await withTemporaryFolder { folder in
      let metrics = try run(
        Self.text(
          """
          \(Self.quantization)
          pruning: {target: {lut: 1500}, tolerance: 0.1, choices: 3}
          firmware: {clock: 100, device: xcvu13p}
          """), in: folder)
      let network = try NetworkFile.read(path: folder + "/whole/network.onnx")
      let options = FirmwareOptions(clock: 100, part: "xcvu13p-flga2577-2-e")
      let report = FirmwareReport(try Design(network, options: options))
      #expect(report.estimate.lookUpTables <= 1500)
      #expect(metrics.size.lookUpTables == report.estimate.lookUpTables)
      // It is the best of the epochs from the schedule's end on, between 90 % of the target at the last
      // choice and whatever training took away since; half of it is far above chance.
      #expect(report.estimate.lookUpTables > 750)
      let unpruned = try TrainingRun(
        Recipe(yaml: Self.text(Self.quantization)), in: folder + "/unpruned"
      ).run()
      #expect(unpruned.size.lookUpTables! > 2000)
      #expect(metrics.size.sparsity > unpruned.size.sparsity + 0.2)
    }
  }

  @Test(arguments: [
    ("pruning: {target: {lut: 100}}", "give 'quantization' too"),
    ("pruning: {target: {lut: 100, ff: 3}}\n\(quantization)", "names 2 costs"),
    ("pruning: {target: {lut: 0}}\n\(quantization)", "give a number above 0"),
    (
      "pruning: {target: {lut: 9}, final_sparsity: 0.5}\n\(quantization)",
      "'pruning.final_sparsity' is no key"
    ),
    ("pruning: {kind: iterative, final_sparsity: 1}", "give a share between 0 and 1"),
    ("pruning: {kind: iterative, final_sparsity: 0.5, rewind: 3}", "epoch 3 of 3"),
    ("pruning: {kind: neurons, share: 1.5}", "give a share between 0 and 1"),
    ("pruning: {kind: neuron, share: 0.5}", "did you mean 'neurons'?"),
    ("pruning: {final_sparsity: 0.2, initial_sparsity: 0.5}", "give rising shares"),
    ("firmware: {device: xcvu}", "which is no device or stands for several"),
    (
      "pruning: {kind: iterative, final_sparsity: 0.5}\n\(quantization)\nwidths: {beta: 1.0e-6}",
      "leave one out"
    ),
  ])
  func impossiblePruning(rest: String, sentence: String) {
    do {
      _ = try Recipe(yaml: Self.text(rest))
      Issue.record("\(rest) was taken")
    } catch { #expect("\(error)".contains(sentence), "\(error)") }
  }

  /// A target that cannot be reached is said, not missed.
  @Test func aTargetOutOfReach() async throws {
    try await withTemporaryFolder { folder in
      let recipe = try Recipe(
        yaml: Self.text("\(Self.quantization)\npruning: {target: {lut: 5}, excluding: dense_1*}", epochs: 1))
      do {
        _ = try TrainingRun(recipe, in: folder + "/run").run()
        Issue.record("5 look-up tables were reached")
      } catch { #expect("\(error)".contains("of the weights pruned leaves more than"), "\(error)") }
    }
  }
}
