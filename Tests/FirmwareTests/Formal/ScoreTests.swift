import Foundation
import Testing
import WinnowFixedPoint
@testable import WinnowFirmware
import WinnowNetworkIR
import WinnowTensors

@Suite struct ScoreTests {
  /// Inputs of ten entries, a reconstruction, and a latent space of three dimensions.
  static func network() throws -> Network {
    let builder = NetworkBuilder("scores", seed: 1)
    func input(_ name: String, _ count: Int, _ type: String) -> NetworkBuilder.Value {
      builder.input(name, [.fixed(count)]).quantized(ProofNetworks.type(type), name: "\(name)_q")
    }
    let x = input("x", 10, "fixed<10,6,RND,SAT>")
    let y = input("y", 10, "fixed<10,6,RND,SAT>")
    let mean = input("mu", 3, "fixed<10,4,RND,SAT>")
    let logVariance = input("lv", 3, "fixed<8,3,RND,SAT>")
    return try builder.network(outputs: [
      x.maskedMeanSquaredError(to: y, input: x), mean.divergence(logVariance: logVariance),
      mean.standardisedRadius(logVariance: logVariance),
    ])
  }

  @Test func equalInAllExecutions() throws {
    let design = try ProofNetworks.design(Self.network())
    try ProofNetworks.compare(design, events: 300)
  }

  /// Against the formulas in double precision, where no format saturates: within the rounding of the
  /// intermediate formats, added up below.
  @Test func nearTheFormulas() throws {
    let network = try Self.network()
    let interpreter = try Interpreter(network)
    var random = RandomStream(seed: 5, label: "scores")
    for _ in 0..<200 {
      func values(_ count: Int, _ bound: Double, _ bits: Int) -> [Double] {
        (0..<count).map { _ in
          let unit = Double(1 << bits)
          return random.uniform() < 0.2
            ? 0 : ((random.uniform() * 2 - 1) * bound * unit).rounded() / unit
        }
      }
      let (x, y) = (values(10, 8, 4), values(10, 8, 4))
      let (mean, logVariance) = (values(3, 4, 6), values(3, 2, 5))
      let outputs = try interpreter.run([
        "x": Tensor([10], .float64(x)), "y": Tensor([10], .float64(y)),
        "mu": Tensor([3], .float64(mean)), "lv": Tensor([3], .float64(logVariance)),
      ]).map { Double($0.mantissas!.values[0]) * 0x1p-6 }
      let mse = zip(x, y).reduce(0) { $0 + ($1.0 == 0 ? 0 : pow($1.0 - $1.1, 2)) } / 10
      let kl =
        zip(mean, logVariance).reduce(0) { $0 + ($1.0 * $1.0 + exp($1.1) - $1.1 - 1) / 2 } / 3
      let radius = zip(mean, logVariance).reduce(0) { $0 + $1.0 * $1.0 / exp($1.1) }
      // Score steps of 2^-6; the share of 1/10 is off by at most 2^-17.
      #expect(abs(outputs[0] - mse) <= 0x1p-7 + 0x1p-17 * mse * 10)
      // Means are rounded to 2^-4 (error 2^-5, times |2 mu| and a half), variances to 2^-6.
      #expect(abs(outputs[1] - kl) <= 0x1p-7 + (0x1p-5 * 8 + 0x1p-10 + 0x1p-7) / 2 + 0x1p-17 * kl * 3)
      // mu (1/sigma^2) mu: errors of mu 2^-5 twice, of the inverse 2^-7, of the ratio 2^-7.
      let bound = zip(mean, logVariance).reduce(0x1p-7) {
        let (mu, inverse) = (abs($1.0) + 0x1p-5, exp(-$1.1) + 0x1p-7)
        return $0 + 0x1p-5 * inverse * mu * 2 + 0x1p-7 * mu * mu + 0x1p-7 * mu
      }
      #expect(abs(outputs[2] - radius) <= bound)
    }
  }

  /// Softmax by tables of exp and of reciprocals: equal everywhere, and near the real one.
  @Test func softmaxByTables() throws {
    let type = ProofNetworks.type
    let builder = NetworkBuilder("softmax", seed: 1)
    let x = builder.input("x", [5]).quantized(type("fixed<8,4,RND,SAT>"), name: "x_q")
    let network = try builder.network(outputs: [
      x.softmax(
        formats: SoftmaxFormats(
          difference: type("fixed<9,5,RND,SAT>"), exponential: type("ufixed<12,1,RND,SAT>"),
          sum: type("ufixed<12,3,RND,SAT>"), reciprocal: type("ufixed<14,1,RND,SAT>"),
          probability: type("ufixed<10,0,RND,SAT>")))
    ])
    let design = try ProofNetworks.design(network)
    try ProofNetworks.compare(design, events: 300)
    let interpreter = try Interpreter(network)
    var random = RandomStream(seed: 2, label: "logits")
    for _ in 0..<200 {
      let logits = (0..<5).map { _ in Double(random.integer(in: -64...63)) / 16 }
      let found = try interpreter.run(["x": Tensor([5], .float64(logits))])[0].mantissas!.values
      let exponentials = logits.map { exp($0 - logits.max()!) }
      for (probability, mantissa) in zip(exponentials, found) {
        // Five exponentials off by 2^-12, a sum by 2^-10, its reciprocal by 2^-14, the result by 2^-11.
        let bound = 0x1p-12 * 6 + 0x1p-10 + 0x1p-14 + 0x1p-11 + 0x1p-10
        let wanted = probability / exponentials.reduce(0, +)
        #expect(abs(Double(mantissa) * 0x1p-10 - wanted) <= bound)
      }
    }
  }
}
