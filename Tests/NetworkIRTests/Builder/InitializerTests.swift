import Testing
import WinnowNetworkIR
import WinnowTensors

@Suite struct InitializerTests {
  private static let fans = (input: 48, output: 80)
  private static let count = 60_000

  private func values(_ initializer: Initializer, _ shape: [Int] = [count]) throws -> [Double] {
    var stream = RandomStream(seed: 9, label: "test")
    return try initializer.values(shape, fans: Self.fans, from: &stream).map(Double.init)
  }

  /// Limits as Keras 3 (`VarianceScaling`) and PyTorch (`kaiming_uniform_`, a = √5) state them.
  @Test(
    arguments: [
      (.glorotUniform, (6.0 / 128).squareRoot()), (.heUniform, (6.0 / 48).squareRoot()),
      (.lecunUniform, (3.0 / 48).squareRoot()), (.torchUniform, 1 / 48.0.squareRoot()),
      (.uniform(-0.5, 0.5), 0.5),
    ] as [(Initializer, Double)])
  func uniformBounds(initializer: Initializer, limit: Double) throws {
    let values = try values(initializer)
    // Rounding to float32 is monotonic: the rounded limit is the bound.
    let bound = Double(Float(limit))
    #expect(values.allSatisfy { abs($0) <= bound })
    // 60,000 draws reach within 0.1 % of both ends but for a chance of 2 e^−30.
    #expect(values.max()! > 0.999 * limit)
    #expect(values.min()! < -0.999 * limit)
    expectMoments(values, deviation: limit / 3.0.squareRoot(), kurtosis: 1.8)
  }

  /// Variances after truncation are those named; PyTorch's are not truncated.
  @Test(
    arguments: [
      (.glorotNormal, (2.0 / 128).squareRoot(), true), (.heNormal, (2.0 / 48).squareRoot(), true),
      (.lecunNormal, (1.0 / 48).squareRoot(), true), (.kaimingNormal, (2.0 / 48).squareRoot(), false),
      (.xavierNormal, (2.0 / 128).squareRoot(), false), (.normal(standardDeviation: 3), 3, false),
      (.truncatedNormal(standardDeviation: 1), 0.87962566103423978, true),
    ] as [(Initializer, Double, Bool)])
  func normalDistributions(initializer: Initializer, deviation: Double, truncated: Bool) throws {
    let values = try values(initializer)
    expectMoments(values, deviation: deviation, kurtosis: 3)
    let most = values.map(abs).max()!
    if truncated {
      #expect(most <= Double(Float(2 * deviation / 0.87962566103423978)))
    } else {
      // Of 60,000 normal variates 3.8 on average lie beyond 4σ; none beyond 3σ has a chance of e^−162.
      #expect(most > 3 * deviation)
    }
  }

  /// Mean and variance within five of their own standard deviations: σ/√n and σ²√((κ − 1)/n).
  private func expectMoments(
    _ values: [Double], deviation: Double, kurtosis: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(abs(mean) < 5 * deviation / n.squareRoot(), sourceLocation: sourceLocation)
    #expect(
      abs(variance / (deviation * deviation) - 1) < 5 * ((kurtosis - 1) / n).squareRoot(),
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [[6, 4], [4, 6], [3, 2, 2]]) func orthogonal(shape: [Int]) throws {
    let values = try values(.orthogonal(gain: 2), shape)
    let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
    let few = min(rows, columns)
    func vector(_ index: Int) -> [Double] {
      rows <= columns
        ? Array(values[index * columns..<(index + 1) * columns])
        : (0..<rows).map { values[$0 * columns + index] }
    }
    for i in 0..<few {
      for j in 0..<few {
        let product = zip(vector(i), vector(j)).reduce(0) { $0 + $1.0 * $1.1 }
        // Entries up to 2 are rounded to float32: 6 products, each off by 2 · 2 · 6e-8 at most.
        #expect(abs(product - (i == j ? 4 : 0)) < 2e-6)
      }
    }
  }

  @Test func constants() throws {
    #expect(try values(.zeros, [2]) == [0, 0])
    #expect(try values(.ones, [2]) == [1, 1])
    #expect(try values(.constant(0.5), [1, 2]) == [0.5, 0.5])
    #expect(try values(.values([1, 2]), [2, 1]) == [1, 2])
    #expect(throws: NetworkError("draws between 1.0 and 0.0")) { try values(.uniform(1, 0)) }
    #expect(throws: NetworkError("holds a NaN or an infinity")) { try values(.constant(.infinity)) }
  }

  /// Fans of layers: those of Keras and PyTorch for the same shapes, seen through the bound 1/√inputs.
  @Test func fansOfLayers() throws {
    let builder = NetworkBuilder("fans")
    let image = builder.input("x", [.batch, 6, 8, 8])
    let down = image.convolution(
      4, kernel: [3, 5], groups: 2, weights: .torchUniform, bias: .torchUniform, name: "down")
    let up = image.convolutionTranspose(
      4, kernel: [3, 5], groups: 2, weights: .torchUniform, bias: .torchUniform, name: "up")
    let flat = image.flattened().dense(500, weights: .torchUniform, bias: .torchUniform, name: "dense")
    let constants = try builder.network(outputs: [down, up, flat]).constants
    // Inputs: 3 channels a group; 2 filters a group; 384 pixels.
    for (name, inputs) in [("down", 45.0), ("up", 30.0), ("dense", 384.0)] {
      let limit = 1 / inputs.squareRoot()
      for ending in ["weights", "bias"] {
        let values = constants["\(name)_\(ending)"]!.elements.doubles
        #expect(values.allSatisfy { abs($0) <= Double(Float(limit)) })
        // That none of 90 draws lies beyond 0.9 of the limit has a chance of 0.9^90 = 8e-5.
        if values.count >= 90 { #expect(values.map(abs).max()! > 0.9 * limit) }
      }
    }
  }

  /// A slip in a recipe asks for terabytes; it is refused before anything is reserved.
  @Test func aParameterThatFitsNoMemoryIsRefused() {
    var stream = RandomStream(seed: 1)
    let error = #expect(throws: NetworkError.self) {
      try Initializer.glorotUniform.values(
        [1 << 20, 1 << 20], fans: (1 << 20, 1 << 20), from: &stream)
    }
    #expect(error?.message.contains("give fewer units") == true)
  }
}
