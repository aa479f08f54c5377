import Foundation
import Testing

@testable import WinnowTraining

/// Losses and gradients against PyTorch's and Keras's, in float64.
@Suite struct LossGoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let framework: String
    let name: String
    let loss: AnyLoss
    let inputs: [String]
    let target: String
    let mask: String?

    init(
      _ framework: String, _ name: String, _ loss: AnyLoss, _ inputs: String...,
      target: String = "", mask: String? = nil
    ) {
      self.framework = framework
      self.name = name
      self.loss = loss
      self.inputs = inputs
      self.target = target
      self.mask = mask
    }

    var testDescription: String { "\(name) of \(framework)" }
  }

  static let scales = [0, 3.0, Double.pi, 0, 2.1]

  static let common = ["pytorch", "keras3"].flatMap { framework in
    [
      Case(
        framework, "mse", .meanSquaredError(MeanSquaredError()), "values", target: "targets"),
      Case(
        framework, "mae", .meanAbsoluteError(MeanAbsoluteError()), "values", target: "targets"),
      Case(framework, "huber", .huber(Huber(delta: 0.7)), "values", target: "targets"),
      Case(
        framework, "bce_logits", .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: true)),
        "logits", target: "soft"),
      Case(
        framework, "bce", .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: false)),
        "probabilities", target: "soft"),
      Case(
        framework, "cce_logits_labels",
        .categoricalCrossEntropy(CategoricalCrossEntropy(fromLogits: true, takesLabels: true)),
        "logits", target: "labels"),
      Case(
        framework, "cce_logits",
        .categoricalCrossEntropy(CategoricalCrossEntropy(fromLogits: true, takesLabels: false)),
        "logits", target: framework == "keras3" ? "one_hot" : "distribution"),
      Case(
        framework, "kl", .klDivergence(KLDivergence()), "other_distribution",
        target: "distribution"),
    ]
  }

  static let pytorch: [Case] = [
    Case(
      "pytorch", "mse_masked", .meanSquaredError(MeanSquaredError()), "values", target: "targets",
      mask: "mask"),
    Case(
      "pytorch", "mse_kept", .meanSquaredError(MeanSquaredError(maskedMean: .kept)), "values",
      target: "targets", mask: "mask"),
    Case(
      "pytorch", "cce_logits_smooth",
      .categoricalCrossEntropy(
        CategoricalCrossEntropy(fromLogits: true, takesLabels: true, labelSmoothing: 0.2)),
      "logits", target: "labels"),
    Case(
      "pytorch", "gaussian_kl", .gaussianKL(GaussianKL(takesMean: false)), "mu", "log_variance"),
    Case(
      "pytorch", "gaussian_kl_mean", .gaussianKL(GaussianKL(takesMean: true)), "mu",
      "log_variance"),
    Case(
      "pytorch", "beta_vae", .betaVAE(BetaVAELoss(beta: 0.8, outputScales: scales)), "values",
      "mu", "log_variance", target: "targets", mask: "mask"),
    Case(
      "pytorch", "contrastive_hinge", .contrastive(ContrastiveLoss(form: .hinge, margin: 1.5)),
      "embedding", "embedding2", target: "similarity"),
    Case(
      "pytorch", "contrastive_margin",
      .contrastive(ContrastiveLoss(form: .squaredMargin, margin: 1.5)), "embedding",
      "embedding2", target: "similarity"),
  ]

  static let keras: [Case] = [
    Case(
      "keras3", "msle", .meanSquaredLogarithmicError(MeanSquaredLogarithmicError()), "positive",
      target: "positive_targets"),
    Case("keras3", "log_cosh", .logCosh(LogCosh()), "values", target: "targets"),
    Case("keras3", "hinge", .hinge(Hinge()), "values", target: "binary"),
    Case("keras3", "squared_hinge", .squaredHinge(SquaredHinge()), "values", target: "binary"),
    Case(
      "keras3", "bce_smooth",
      .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: false, labelSmoothing: 0.1)),
      "probabilities", target: "binary"),
    Case(
      "keras3", "bce_clipped", .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: false)),
      "extreme", target: "binary"),
    Case(
      "keras3", "cce",
      .categoricalCrossEntropy(CategoricalCrossEntropy(fromLogits: false, takesLabels: false)),
      "probabilities", target: "one_hot"),
    Case(
      "keras3", "cce_smooth",
      .categoricalCrossEntropy(
        CategoricalCrossEntropy(fromLogits: false, takesLabels: false, labelSmoothing: 0.2)),
      "probabilities", target: "one_hot"),
    Case(
      "keras3", "focal", .binaryFocal(BinaryFocalLoss(fromLogits: false)), "probabilities",
      target: "binary"),
    Case(
      "keras3", "focal_alpha",
      .binaryFocal(BinaryFocalLoss(fromLogits: false, gamma: 1.5, alpha: 0.3)), "probabilities",
      target: "soft"),
    Case(
      "keras3", "focal_logits", .binaryFocal(BinaryFocalLoss(fromLogits: true, alpha: 0.3)),
      "values", target: "binary"),
  ]

  /// Sums of five terms of some ten roundings each, relative to the largest number in play: the
  /// result, 1, or where the difference of a logit and a logarithm cancels, the largest logit, 45.
  private func expectEqual(
    _ values: [Double], _ expected: [Double], unit: Double, _ what: String
  ) {
    #expect(values.count == expected.count)
    let scale = max(unit, expected.map { abs($0) }.max() ?? 0)
    for (i, (value, wanted)) in zip(values, expected).enumerated() {
      #expect(
        abs(value - wanted) <= 64 * Double.ulpOfOne * scale,
        "\(what) \(i): \(value), not \(wanted)")
    }
  }

  @Test(arguments: common + pytorch + keras)
  func agreesWithItsFramework(_ test: Case) throws {
    let file = try GoldenArrays("Losses/losses-\(test.framework).npz")
    let coded = try JSONEncoder().encode(test.loss)
    let restored = try JSONDecoder().decode(AnyLoss.self, from: coded)
    #expect(restored == test.loss)
    let loss = restored.loss
    let inputs = try test.inputs.map { try file.doubles($0) }
    let seeds = try file.doubles("seeds")
    let target = test.target.isEmpty ? [] : try file.doubles(test.target)
    let labels = loss.target == .labels ? target.map { Int32($0) } : []
    let values = loss.target == .labels ? [] : target
    let mask = try test.mask.map { try file.doubles($0) }
    let unit = test.inputs == ["logits"] ? 45.0 : 1
    expectEqual(
      try loss.losses(inputs, target: values, labels: labels, mask: mask, events: seeds.count),
      try file.doubles(test.name + "_loss"), unit: unit, "loss")
    let gradients = try loss.gradients(
      inputs, target: values, labels: labels, mask: mask, seeds: seeds)
    for (i, gradient) in gradients.enumerated() {
      let expected = try file.doubles(test.name + "_gradient" + (i == 0 ? "" : "\(i + 1)"))
      expectEqual(gradient, expected, unit: 1, "gradient \(i)")
    }
  }

  /// PyTorch for both orders, and SciPy's one-dimensional distance for the first.
  @Test(arguments: [1, 2])
  func slicedWassersteinAgrees(order: Int) throws {
    let file = try GoldenArrays("Losses/losses-pytorch.npz")
    let loss = SlicedWasserstein(
      dimensions: 3, directionCount: 7, order: order, seed: 0,
      directions: try file.doubles("directions"))
    let (points, target) = (try file.doubles("points"), try file.doubles("points2"))
    let losses = try loss.losses([points], target: target, events: 6)
    expectEqual(losses, try file.doubles("sliced_\(order)_loss"), unit: 1, "loss")
    if order == 1 {
      let distances = try GoldenArrays("Losses/sliced-scipy.npz")
      expectEqual(losses, try distances.doubles("sliced_1"), unit: 1, "loss")
    }
    let gradients = try loss.gradients([points], target: target, seeds: file.doubles("seeds"))
    expectEqual(
      gradients[0], try file.doubles("sliced_\(order)_gradient"), unit: 1, "gradient")
  }

  @Test func samplingAgreesWithPyTorch() throws {
    let file = try GoldenArrays("Losses/losses-pytorch.npz")
    let (mu, logVariance) = (try file.doubles("mu"), try file.doubles("log_variance"))
    let values = try file.doubles("values")
    let noise = (0..<18).map { values[$0 / 3 * 5 + $0 % 3] }
    let seeds = try file.doubles("seeds")
    let ofSamples = (0..<18).map { seeds[$0 / 3] }
    var samples = [Double](repeating: .nan, count: 18)
    var (ofMu, ofLogVariance) = (samples, samples)
    unsafe GaussianSampling.forward(
      mu: mu, logVariance: logVariance, noise: noise, samples: &samples, range: 0..<18)
    unsafe GaussianSampling.backward(
      logVariance: logVariance, noise: noise, ofSamples: ofSamples, ofMu: &ofMu,
      ofLogVariance: &ofLogVariance, range: 0..<18)
    var sums = [Double](repeating: 0, count: 6)
    for i in 0..<18 { sums[i / 3] += samples[i] }
    expectEqual(sums, try file.doubles("sampling_loss"), unit: 1, "sum")
    expectEqual(ofMu, try file.doubles("sampling_gradient"), unit: 1, "of mu")
    expectEqual(
      ofLogVariance, try file.doubles("sampling_gradient2"), unit: 1, "of log variance")
  }
}
