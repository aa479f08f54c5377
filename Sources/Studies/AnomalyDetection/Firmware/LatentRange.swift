import Foundation
import Winnow

/// How far the code of usual events lies from its middle, which tells how fine the score's steps must be.
///
/// At β = 0.8 a code may shrink to hundredths or thousandths of a width; steps that suit one training are
/// coarser than all that another has.
struct LatentRange: Sendable, Hashable {
  /// |μ| and |ln σ²| that one number in a thousand exceeds.
  var mean: Double
  var logVariance: Double

  private static let quantile = 0.999

  /// - Parameters:
  ///   - network: a quantised variational network with the values `mu` and `lv`.
  ///   - events: prepared events to train on.
  init(of network: Network, events: String) throws {
    let program = try FixedPointProgram(
      network.part(computing: ["mu", "lv"]).bindingBatch()
    ).prunedToOutputs()
    let vectors = try InputEvents.vectors(from: events, for: program)
    let found = try IntegerEngine(program).run(vectors.inputs, events: vectors.count)
    let values = zip(program.outputs, found).map { port, mantissas in
      let sizes = mantissas.map { $0.magnitude }.sorted()
      let place = Int(Self.quantile * Double(sizes.count - 1))
      return Double(sizes[place]) * pow(2, -Double(port.fraction))
    }
    (mean, logVariance) = (values[0], values[1])
  }

  init(mean: Double, logVariance: Double) { (self.mean, self.logVariance) = (mean, logVariance) }

  /// Formats of a divergence with μ in `width` bits and ln σ² in one less, which reach four times as far as
  /// the range, and ±4 at most; what is beyond is far from everything.
  ///
  /// e^v − v − 1 is half of a square: it needs less, and its table is the largest part of the score.
  func formats(width: Int) -> ScoreFormats {
    let (mean, logVariance) = (Self.integerBits(mean), Self.integerBits(logVariance))
    // e^v − v − 1 is v²/2 near 0: as fine as the squares of v, which are halved in the sum.
    let fraction = 2 * max(width - mean, width - 1 - logVariance) - 1
    let (far, wide) = (pow(2, Double(mean - 1)), pow(2, Double(logVariance - 1)))
    let most = (far * far + exp(wide) - wide - 1) / 2
    let scoreBits = Int(log2(most).rounded(.up))
    let exponentialBits = Int((wide / log(2)).rounded(.up))
    return ScoreFormats(
      difference: .rounding(width, mean), exponent: .rounding(width - 1, logVariance),
      exponential: .rounding(fraction + exponentialBits, exponentialBits, signed: false),
      reciprocalBits: 12, score: .rounding(fraction + 1 + scoreBits, scoreBits, signed: false))
  }

  private static func integerBits(_ value: Double) -> Int {
    guard value > 0 else { return -3 }
    return min(max(Int(log2(4 * value).rounded(.up)) + 1, -3), 3)
  }
}

extension FixedPointType {
  /// Rounds to the nearest and saturates.
  static func rounding(_ width: Int, _ integer: Int, signed: Bool = true) -> FixedPointType {
    FixedPointType(
      signed: signed, width: width, integer: integer, rounding: .nearest, overflow: .saturate)
  }
}
