import Foundation
import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// Scores as graphs against their definitions in plain code.
@Suite struct AnomalyScoreGraphTests {
  static let events = 7
  static let width = 6

  /// Passes its inputs on as a reconstruction of shape [batch, 2, 3], means and logarithms.
  private static let detector = Network(
    name: "detector",
    inputs: [
      .init("x", TensorType([.symbol("n", bound: nil), 6], .float32)),
      .init("latent", TensorType([.symbol("n", bound: nil), 4], .float32)),
    ],
    nodes: [
      Node("y", Relu(), "x"), Node("image", Reshape([0, 2, 3]), "y"),
      Node("mu", Slice(starts: [0], ends: [2], axes: [1], steps: [1]), "latent"),
      Node("log_variance", Slice(starts: [2], ends: [4], axes: [1], steps: [1]), "latent"),
    ], outputs: ["image", "mu", "log_variance"])

  private static func values(_ count: Int, _ label: String) -> [Double] {
    var stream = RandomStream(seed: 8, label: label)
    // Numbers that float32 holds.
    return (0..<count).map { _ in Double(Float(stream.gaussian())) }
  }

  private static func run(
    _ network: Network, _ inputs: [String: (width: Int, values: [Double])]
  ) throws -> [Double] {
    var tensors: [String: Tensor] = [:]
    for input in network.inputs {
      let shape = [events] + input.type.shape.dropFirst().map { $0.size! }
      tensors[input.name] = Tensor(shape, .float64(try #require(inputs[input.name]).values))
    }
    let result = try Interpreter(network).run(tensors)
    #expect(result.count == 1 && result[0].shape == [events, 1])
    return result[0].elements.doubles
  }

  @Test func maskedReconstruction() throws {
    let (x, t) = (Self.values(42, "x"), Self.values(42, "t"))
    let m = (0..<42).map { $0 % 3 == 0 ? 0.0 : 2.5 }
    let scales = [0.0, 3, .pi, 0, 2.1, .pi]
    let network = try AnomalyScore.graph(
      .reconstruction(output: "image", target: "t", scales: scales, mask: "m"), of: Self.detector)
    #expect(network.inputs.map(\.name) == ["x", "t", "m"])
    let found = try Self.run(network, ["x": (6, x), "t": (6, t), "m": (6, m)])
    for event in 0..<Self.events {
      var sum = 0.0
      for place in 0..<6 {
        let index = event * 6 + place
        if m[index] == 0 { continue }
        let y = max(x[index], 0)
        let answer = scales[place] > 0 ? scales[place] * tanh(y) : y
        sum += pow(answer - t[index], 2)
      }
      // A dozen operations in float64, the interpreter's results perhaps rounded to float32.
      #expect(abs(found[event] - sum / 6) <= 1e-5 * max(1, sum))
    }
  }

  @Test func divergenceAndRadius() throws {
    let latent = Self.values(28, "latent")
    let inputs = ["latent": (width: 4, values: latent)]
    let mean = try Self.run(
      AnomalyScore.graph(.divergence(mean: "mu", logVariance: "log_variance"), of: Self.detector),
      inputs)
    let sum = try Self.run(
      AnomalyScore.graph(
        .divergence(mean: "mu", logVariance: "log_variance", takesMean: false), of: Self.detector),
      inputs)
    let radius = try Self.run(
      AnomalyScore.graph(.radius(mean: "mu", logVariance: "log_variance"), of: Self.detector), inputs)
    for event in 0..<Self.events {
      var (divergence, squares) = (0.0, 0.0)
      for place in 0..<2 {
        let (mu, logarithm) = (latent[event * 4 + place], latent[event * 4 + 2 + place])
        divergence -= 0.5 * (1 + logarithm - mu * mu - exp(logarithm))
        squares += mu * mu / exp(logarithm)
      }
      #expect(abs(mean[event] - divergence / 2) <= 1e-5 * max(1, divergence))
      #expect(abs(sum[event] - divergence) <= 1e-5 * max(1, divergence))
      #expect(abs(radius[event] - squares) <= 1e-5 * max(1, squares))
    }
  }

  @Test func logarithmsAndDecisions() throws {
    let scored = try AnomalyScore.graph(
      .radius(mean: "mu", logVariance: "log_variance"), of: Self.detector)
    let inputs = ["latent": (width: 4, values: Self.values(28, "latent"))]
    let scores = try Self.run(scored, inputs).map { Float($0) }
    let logarithms = try Self.run(AnomalyScore.logarithm(of: scored), inputs)
    for (found, wanted) in zip(logarithms, AnomalyScore.logarithms(scores)) {
      #expect(abs(found - Double(wanted)) <= 1e-6 * max(1, Double(wanted)))
    }
    let threshold = scores.sorted()[4] * 0.999
    let decisions = try Self.run(AnomalyScore.decision(of: scored, above: threshold), inputs)
    #expect(decisions == AnomalyScore.decisions(scores, above: threshold).map { Double($0) })
    #expect(decisions.reduce(0, +) == 3)
  }

  @Test func whatDoesNotFit() throws {
    func message(_ definition: AnomalyScore.Definition) -> String? {
      dataMessage { _ = try AnomalyScore.graph(definition, of: Self.detector) }
    }
    #expect(
      message(.reconstruction(output: "z", target: "x"))
        == "the detector 'detector' computes no 'z'; its outputs are image, mu, log_variance")
    #expect(
      message(.reconstruction(output: "mu", target: "x"))
        == "the score compares 2 values per event with 6 of 'x'")
    #expect(
      message(.reconstruction(output: "image", target: "x", scales: [1]))
        == "1 output scales do not go with 6 outputs; give one each")
  }
}
