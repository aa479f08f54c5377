import Testing
import WinnowTensors
import WinnowTraining

@Suite struct GradientClippingTests {
  /// The scale of a tensor is a root, a quotient and a product in both programs, and sums of 18
  /// squares in another order: 18 + 4 roundings.
  @Test(arguments: [
    ("clipvalue", GradientClipping.value(limit: 0.7)),
    ("clipnorm", .norm(limit: 2.5)),
    ("global_clipnorm", .globalNorm(limit: 2.5)),
  ])
  func agreesWithKeras(name: String, clipping: GradientClipping) throws {
    let file = try GoldenArrays("Optimizers/optimizers-keras3.npz")
    var gradients = try file.doubles("clip_gradients")
    let before = gradients
    let norm = unsafe gradients.withUnsafeMutableBufferPointer {
      unsafe clipping.apply(to: $0, tensors: [0..<5, 5..<17, 17..<18])
    }
    let expected = try file.doubles("clip_" + name)
    #expect(expected != before)
    for (value, wanted) in zip(gradients, expected) {
      #expect(abs(value - wanted) <= 22 * Double.ulpOfOne * abs(wanted))
    }
    if case .value = clipping {
      #expect(norm == nil)
    } else {
      let square = before.reduce(0) { $0 + $1 * $1 }
      #expect(abs(norm! * norm! - square) <= 22 * Double.ulpOfOne * square)
    }
  }

  @Test func aGradientThatIsNoNumberIsSeen() {
    for clipping in [GradientClipping.norm(limit: 1), .globalNorm(limit: 1)] {
      var gradients: [Float] = [1, .nan, 2]
      let norm = unsafe gradients.withUnsafeMutableBufferPointer {
        unsafe clipping.apply(to: $0, tensors: [0..<3])
      }
      #expect(norm?.isNaN == true)
    }
    var gradients: [Float] = [1, .nan, 2]
    unsafe gradients.withUnsafeMutableBufferPointer {
      _ = unsafe GradientClipping.value(limit: 1.5).apply(to: $0, tensors: [0..<3])
    }
    #expect(gradients[1].isNaN && gradients[2] == 1.5)
  }
}

@Suite struct ParameterPenaltyTests {
  /// The penalty is quadratic on either side of 0, so that central differences are exact but for
  /// rounding: values of about 1 differ by h = 1e-3, which leaves 2^-52 / 1e-3.
  @Test func gradientIsThatOfTheValue() {
    let penalty = ParameterPenalty(range: 1..<4, l1: 0.3, l2: 0.7)
    let weights = [5.0, 0.4, -0.6, 0.2, -9]
    func value(_ weights: [Double]) -> Double {
      unsafe weights.withUnsafeBufferPointer { unsafe penalty.value($0) }
    }
    var gradients = [Double](repeating: 1, count: 5)
    unsafe weights.withUnsafeBufferPointer { p in
      unsafe gradients.withUnsafeMutableBufferPointer { g in
        for part in [0..<2, 2..<5] {
          unsafe penalty.addGradient(
            parameters: p.baseAddress!, gradients: g.baseAddress!, part: part)
        }
      }
    }
    for i in 0..<5 {
      let h = 1e-3
      var (up, down) = (weights, weights)
      up[i] += h
      down[i] -= h
      let slope = (value(up) - value(down)) / (2 * h)
      #expect(abs(gradients[i] - 1 - slope) <= 4 * Double.ulpOfOne / h)
    }
  }
}

@Suite struct ExponentialMovingAverageTests {
  /// Towards constant weights the distance shrinks by the decay at each step; 30 roundings.
  @Test func approachesConstantWeights() {
    let average = ExponentialMovingAverage(decay: 0.9)
    var averages = [4.0, 7]
    let weights = [1.0, 1]
    unsafe averages.withUnsafeMutableBufferPointer { a in
      unsafe weights.withUnsafeBufferPointer { p in
        for step in 1...10 {
          unsafe average.update(
            averages: a.baseAddress!, parameters: p.baseAddress!, range: 0..<1, step: step)
        }
      }
    }
    let kept = 0.3486784401  // 0.9^10
    #expect(abs(averages[0] - (1 + 3 * kept)) <= 30 * Double.ulpOfOne * 4)
    #expect(averages[1] == 7)
  }

  @Test func warmUpForgetsTheStart() {
    let average = ExponentialMovingAverage(decay: 0.999, warmsUp: true)
    var averages = [10.0]
    let weights = [0.0]
    unsafe averages.withUnsafeMutableBufferPointer { a in
      unsafe weights.withUnsafeBufferPointer { p in
        unsafe average.update(
          averages: a.baseAddress!, parameters: p.baseAddress!, range: 0..<1, step: 1)
      }
    }
    // d = 2/11 in the first step.
    #expect(abs(averages[0] - 20.0 / 11) <= 4 * Double.ulpOfOne * 10)
  }
}
