import Testing
import WinnowTensors
import WinnowTraining

/// Every loss's gradient against central differences, and its independence of how rows are divided.
@Suite struct LossGradientTests {
  static let losses: [AnyLoss] = [
    .meanSquaredError(MeanSquaredError()),
    .meanSquaredError(MeanSquaredError(maskedMean: .kept)),
    .meanAbsoluteError(MeanAbsoluteError()),
    .meanSquaredLogarithmicError(MeanSquaredLogarithmicError()),
    .logCosh(LogCosh()),
    .huber(Huber(delta: 0.5)),
    .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: true, labelSmoothing: 0.1)),
    .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: false, labelSmoothing: 0.1)),
    .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: false, epsilon: 1e-3, addsEpsilon: true)),
    .categoricalCrossEntropy(
      CategoricalCrossEntropy(fromLogits: true, takesLabels: true, labelSmoothing: 0.1)),
    .categoricalCrossEntropy(CategoricalCrossEntropy(fromLogits: true, takesLabels: false)),
    .categoricalCrossEntropy(
      CategoricalCrossEntropy(fromLogits: false, takesLabels: true, labelSmoothing: 0.1)),
    // An epsilon that clips some of the classes.
    .categoricalCrossEntropy(
      CategoricalCrossEntropy(fromLogits: false, takesLabels: false, epsilon: 0.12)),
    .binaryFocal(BinaryFocalLoss(fromLogits: true, gamma: 2.5, alpha: 0.25)),
    .binaryFocal(BinaryFocalLoss(fromLogits: false, gamma: 1.5)),
    .binaryFocal(BinaryFocalLoss(fromLogits: true, gamma: 0)),
    .hinge(Hinge()),
    .squaredHinge(SquaredHinge()),
    .contrastive(ContrastiveLoss(form: .squaredMargin, margin: 2)),
    .contrastive(ContrastiveLoss(form: .hinge, margin: 2)),
    .klDivergence(KLDivergence()),
    .gaussianKL(GaussianKL(takesMean: true)),
    .gaussianKL(GaussianKL(takesMean: false)),
    .betaVAE(BetaVAELoss(beta: 0.3, outputScales: [0, 2, 3, 0, 1, 4])),
    .betaVAE(BetaVAELoss(beta: 0, hasLatent: false)),
    .slicedWasserstein(SlicedWasserstein(dimensions: 2, directionCount: 5, order: 1, seed: 3)),
    .slicedWasserstein(SlicedWasserstein(dimensions: 3, directionCount: 5, order: 2, seed: 3)),
  ]

  static let (events, width) = (7, 6)

  /// Numbers that every loss takes: in (0.15, 0.85), which are probabilities, logits and values.
  struct Sample {
    var inputs: [[Double]]
    var target: [Double]
    var labels: [Int32]
    var mask: [Double]?
    var seeds: [Double]

    init(_ loss: any Loss, masked: Bool) {
      var random = RandomStream(seed: 11, label: "loss gradients")
      func numbers(_ count: Int) -> [Double] {
        (0..<count).map { _ in random.uniform(in: 0.15..<0.85) }
      }
      let count = LossGradientTests.events * LossGradientTests.width
      inputs = loss.inputNames.map { _ in numbers(count) }
      seeds = numbers(LossGradientTests.events).map { 2 * $0 - 1 }
      target = []
      labels = []
      switch loss.target {
      case .none: break
      case .values: target = numbers(count)
      case .labels:
        labels = (0..<LossGradientTests.events).map { Int32($0 % LossGradientTests.width) }
      case .similarity: target = (0..<LossGradientTests.events).map { $0 % 2 == 0 ? 1 : 0 }
      }
      if masked { mask = numbers(count).map { $0 < 0.4 ? 0 : $0 } }
    }
  }

  static func takesMask(_ loss: any Loss) -> Bool {
    switch loss {
    case is CategoricalCrossEntropy, is KLDivergence, is GaussianKL, is ContrastiveLoss,
      is SlicedWasserstein:
      false
    default: true
    }
  }

  /// With a step of 2^-17 the differences lack `h²/6 f'''`, 1e-11 times a third derivative that is
  /// largest for logarithms, `2/p³ < 600`, and round by 2^-52/2^-17 = 3e-11.
  @Test(arguments: losses)
  func gradientsAreThoseOfTheLoss(_ choice: AnyLoss) throws {
    let loss = choice.loss
    let h = 0x1p-17
    for masked in Self.takesMask(loss) ? [false, true] : [false] {
      let sample = Sample(loss, masked: masked)
      func total(_ inputs: [[Double]]) throws -> Double {
        let losses = try loss.losses(
          inputs, target: sample.target, labels: sample.labels, mask: sample.mask,
          events: Self.events)
        return zip(losses, sample.seeds).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let gradients = try loss.gradients(
        sample.inputs, target: sample.target, labels: sample.labels, mask: sample.mask,
        seeds: sample.seeds)
      var largest = 0.0
      for input in sample.inputs.indices {
        for i in sample.inputs[input].indices {
          var (up, down) = (sample.inputs, sample.inputs)
          up[input][i] += h
          down[input][i] -= h
          let slope = (try total(up) - total(down)) / (2 * h)
          let gradient = gradients[input][i]
          #expect(abs(gradient - slope) < 1e-8, "\(input), \(i): \(gradient), not \(slope)")
          largest = max(largest, abs(gradient))
        }
      }
      #expect(largest > 0.01)
    }
  }

  /// Shards of rows, in any order, give the bits of the whole.
  @Test(arguments: losses)
  func rowsAreIndependent(_ choice: AnyLoss) throws {
    func check<L: Loss>(_ loss: L) throws {
      let sample = Sample(loss, masked: false)
      let inputs = sample.inputs.map { $0.map { Float($0) } }
      let target = sample.target.map { Float($0) }
      let seeds = sample.seeds.map { Float($0) }
      let whole = try loss.losses(
        inputs, target: target, labels: sample.labels, events: Self.events)
      let gradients = try loss.gradients(
        inputs, target: target, labels: sample.labels, seeds: seeds)
      for row in 0..<Self.events {
        func part<Element>(_ values: [Element]) -> [Element] {
          let count = values.count / Self.events
          return Array(values[row * count..<(row + 1) * count])
        }
        let own = inputs.map { part($0) }
        let losses = try loss.losses(
          own, target: part(target), labels: part(sample.labels), events: 1)
        #expect(losses == [whole[row]])
        let ownGradients = try loss.gradients(
          own, target: part(target), labels: part(sample.labels), seeds: [seeds[row]])
        #expect(ownGradients == gradients.map { part($0) })
      }
    }
    try check(choice.loss)
  }
}
