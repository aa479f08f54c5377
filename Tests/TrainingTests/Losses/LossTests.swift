import Testing
import WinnowTensors
import WinnowTraining

@Suite struct LossTests {
  private func message(_ body: () throws(HyperparameterError) -> Void) -> String? {
    do { try body() } catch { return error.message }
    return nil
  }

  @Test func wrongWidthsAndSettingsAreRefused() {
    #expect(
      message { () throws(HyperparameterError) in
        try MeanSquaredError().validate(widths: [3, 4])
      }
        == "the loss 'mse' takes prediction, and got inputs of widths [3, 4]; "
        + "give one each, of at least one element per event")
    #expect(
      message { () throws(HyperparameterError) in try Huber(delta: 0).validate(widths: [3]) }
        == "a Huber loss with delta 0.0 has no meaning; give more than 0")
    #expect(
      message { () throws(HyperparameterError) in
        try BetaVAELoss(outputScales: [1]).validate(widths: [57, 3, 3])
      } == "1 output scales do not go with 57 outputs; give one each")
    #expect(
      message { () throws(HyperparameterError) in
        try GaussianKL(takesMean: true).validate(widths: [3, 4])
      } == "3 latent means do not go with 4 logarithms of variances; give as many")
    #expect(
      message { () throws(HyperparameterError) in
        _ = try MeanSquaredError().losses([[1.0, 2]], target: [1.0], events: 2)
      }
        == "the loss 'mse' of 2 events takes 2 target numbers and a mask as large as its first "
        + "input, and got 1; give arrays of the same events")
  }

  @Test func aLabelOutOfRangeIsNoNumber() throws {
    for fromLogits in [true, false] {
      let loss = CategoricalCrossEntropy(fromLogits: fromLogits, takesLabels: true)
      let inputs = [[0.2, 0.8, 0.5, 0.5, 0.1, 0.9]]
      let losses = try loss.losses(inputs, labels: [2, -1, 1], events: 3)
      #expect(losses.map(\.isNaN) == [true, true, false])
      let gradients = try loss.gradients(inputs, labels: [2, -1, 1], seeds: [1, 1, 1])
      #expect(gradients[0].map(\.isNaN) == [true, true, true, true, false, false])
    }
  }

  /// What a masked element holds does not matter, not even NaN.
  @Test func maskedElementsAreNotLookedAt() throws {
    let mask = [1.0, 0, 1]
    for loss in [MeanSquaredError() as any Loss, BetaVAELoss(beta: 0, hasLatent: false)] {
      let losses = try loss.losses([[1, .nan, 3]], target: [0.0, 1, 1], mask: mask, events: 1)
      #expect(losses == [5.0 / 3])
      let gradients = try loss.gradients(
        [[1, .nan, 3]], target: [0.0, 1, 1], mask: mask, seeds: [3])
      // 2 (p − t) · 3/3, up to the rounding of 3 · 2/3.
      for (value, wanted) in zip(gradients[0], [2.0, 0, 4]) {
        #expect(abs(value - wanted) <= 4 * Double.ulpOfOne)
      }
    }
  }

  @Test func farLogitsStayFinite() throws {
    for loss in [
      BinaryCrossEntropy(fromLogits: true) as any Loss, BinaryFocalLoss(fromLogits: true),
      LogCosh(),
    ] {
      let inputs: [[Float]] = [[1e4, -1e4, 1e4, -1e4]]
      let losses = try loss.losses(inputs, target: [1, 0, 0, 1], events: 4)
      #expect(losses.map(\.isFinite) == [true, true, true, true])
      #expect(losses[2] >= 9999 && losses[3] >= 9999)
      let gradients = try loss.gradients(inputs, target: [1, 0, 0, 1], seeds: [1, 1, 1, 1])
      #expect(gradients[0].map(\.isFinite) == [true, true, true, true])
    }
  }

  /// The bounds of the Level-1 event's η are those of its detectors.
  @Test func levelOneScales() {
    let scales = BetaVAELoss.levelOneScales
    #expect(scales.count == 57)
    #expect(stride(from: 0, to: 57, by: 3).allSatisfy { scales[$0] == 0 && scales[$0 + 2] == .pi })
    let eta = stride(from: 1, to: 57, by: 3).map { scales[$0] }
    #expect(eta[0] == 0 && eta[4] == 3 && eta[5] == 2.1 && eta[8] == 2.1 && eta[9] == 4)
  }

  @Test func aSetIsNearItselfInAnyOrder() throws {
    let loss = SlicedWasserstein(dimensions: 2, order: 1, seed: 1)
    let losses = try loss.losses(
      [[1.0, 2, 3, 4, 5, 6]], target: [5.0, 6, 1, 2, 3, 4], events: 1)
    #expect(losses == [0])
    // Moved by a vector, the distance is the mean of its projections, less than its length.
    let moved = try loss.losses([[1.0, 2, 3, 4]], target: [4.0, 6, 6, 8], events: 1)
    #expect(moved[0] > 2 && moved[0] < 5)
  }
}

@Suite struct GaussianNoiseTests {
  private func fill(
    _ noise: GaussianNoise, _ parts: [Range<Int>], _ width: Int, _ step: Int, _ count: Int
  ) -> [Double] {
    var values = [Double](repeating: .nan, count: count * width)
    unsafe values.withUnsafeMutableBufferPointer {
      for part in parts {
        unsafe noise.fill($0.baseAddress!, events: part, width: width, step: step)
      }
    }
    return values
  }

  @Test(arguments: [1, 2, 3, 8])
  func anyDivisionGivesTheSameBits(width: Int) {
    let noise = GaussianNoise(RandomStream(seed: 9))
    let whole = fill(noise, [0..<37], width, 4, 37)
    #expect(whole == fill(noise, [20..<37, 0..<1, 1..<20], width, 4, 37))
    #expect(whole != fill(noise, [0..<37], width, 5, 37))
    #expect(whole != fill(GaussianNoise(RandomStream(seed: 10)), [0..<37], width, 4, 37))
    // A batch may be made in parts that count their events from 0 each.
    var later = [Double](repeating: .nan, count: 7 * width)
    unsafe later.withUnsafeMutableBufferPointer {
      unsafe noise.fill($0.baseAddress!, events: 0..<7, width: width, step: 4, firstEvent: 30)
    }
    #expect(later == Array(whole[(30 * width)...]))
  }

  /// Moments of n = 300,000 normals within five standard errors, the root of the variance of
  /// their terms over n; neighbours, pairs and steps are not correlated.
  @Test func numbersAreNormalAndIndependent() {
    let noise = GaussianNoise(RandomStream(seed: 1))
    let n = 300_000
    let values = fill(noise, [0..<n / 3], 3, 0, n / 3)
    let next = fill(noise, [0..<n / 3], 3, 1, n / 3)
    let error = (1 / Double(n)).squareRoot()
    func mean(_ term: (Int) -> Double) -> Double {
      (0..<n).reduce(0) { $0 + term($1) } / Double(n)
    }
    #expect(abs(mean { values[$0] }) < 5 * error)
    #expect(abs(mean { values[$0] * values[$0] } - 1) < 5 * error * 2.0.squareRoot())
    // Var x³ = 15, Var x⁴ = 105 − 9.
    #expect(abs(mean { values[$0] * values[$0] * values[$0] }) < 5 * error * 15.0.squareRoot())
    let fourth = mean { values[$0] * values[$0] * values[$0] * values[$0] }
    #expect(abs(fourth - 3) < 5 * error * 96.0.squareRoot())
    for lag in [1, 2, 3, 6] {
      #expect(abs(mean { values[$0] * values[($0 + lag) % n] }) < 5 * error)
    }
    #expect(abs(mean { values[$0] * next[$0] }) < 5 * error)
    // P(|x| > 3) = 0.0026998.
    let tail = mean { abs(values[$0]) > 3 ? 1 : 0 }
    #expect(abs(tail - 0.0026998) < 5 * error * 0.0026998.squareRoot())
  }

  /// The same numbers in each precision, rounded.
  @Test func floatsAreRoundedDoubles() {
    let noise = GaussianNoise(RandomStream(seed: 2))
    let doubles = fill(noise, [0..<11], 5, 3, 11)
    var floats = [Float](repeating: .nan, count: 55)
    unsafe floats.withUnsafeMutableBufferPointer {
      unsafe noise.fill($0.baseAddress!, events: 0..<11, width: 5, step: 3)
    }
    #expect(floats == doubles.map { Float($0) })
  }
}
