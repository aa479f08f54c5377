public import WinnowFixedPoint
import WinnowTensors

/// Formats of what lies between a network's outputs and its anomaly score.
///
/// Each saturates, so that a far event scores high and never wraps round to a low score.
public struct ScoreFormats: Sendable, Hashable {
  /// Of differences and means before they are squared.
  public var difference: FixedPointType
  /// Of the logarithm of the variance; `nil`: as it comes. A table has an entry for each of its values.
  public var exponent: FixedPointType?
  /// Of e^v and e^−v, tables of the logarithm of the variance.
  public var exponential: FixedPointType
  /// Fraction bits of the constant 1/n of a mean; powers of two are exact anyway.
  public var reciprocalBits: Int
  /// Of the score.
  public var score: FixedPointType

  public init(
    difference: FixedPointType, exponent: FixedPointType? = nil, exponential: FixedPointType,
    reciprocalBits: Int, score: FixedPointType
  ) {
    self.difference = difference
    self.exponent = exponent
    self.exponential = exponential
    self.reciprocalBits = reciprocalBits
    self.score = score
  }

  /// Ten bits a factor: products that logic or one DSP slice holds.
  public static let standard = ScoreFormats(
    difference: Self.type(signed: true, width: 10, integer: 6),
    exponential: Self.type(signed: false, width: 10, integer: 4), reciprocalBits: 16,
    score: Self.type(signed: false, width: 16, integer: 10))

  private static func type(signed: Bool, width: Int, integer: Int) -> FixedPointType {
    FixedPointType(
      signed: signed, width: width, integer: integer, rounding: .nearest, overflow: .saturate)
  }
}

/// Anomaly scores of autoencoders and variational autoencoders, in exact fixed point.
///
/// - Reference: E. Govorkova et al., arXiv:2108.03986; entries that are absent from the event are
///   masked, and the mean is over all entries, masked ones included, as in its training code.
extension NetworkBuilder.Value {
  /// `1/n Σ (x − y)²` over the entries whose input is present; for a `[…, n]` tensor one number.
  ///
  /// - Parameters:
  ///   - reconstruction: y, fixed point.
  ///   - input: an entry is left out where this is zero, fixed point.
  public func maskedMeanSquaredError(
    to reconstruction: Self, input: Self, formats: ScoreFormats = .standard, name: String = "mse"
  ) -> Self {
    let difference = combined(.subtract, with: reconstruction, name: "\(name)_difference")
      .quantized(formats.difference, name: "\(name)_rounded")
    let zero = builder.constant("\(name)_zero", Tensor([], .fixed([0], fraction: 0)))
    let absent = input.compared(.equal, with: zero, name: "\(name)_absent")
    let kept = zero.chosen(where: absent, else: difference, name: "\(name)_kept")
    return kept.combined(.multiply, with: kept, name: "\(name)_squares")
      .mean(formats: formats, name: name)
  }

  /// `D_KL = 1/n Σ ½ (μ² + σ² − ln σ² − 1)` over n latent dimensions; self is μ.
  ///
  /// - Parameter logVariance: ln σ², fixed point of at most 16 bits.
  public func divergence(
    logVariance: Self, formats: ScoreFormats = .standard, name: String = "kl"
  ) -> Self {
    let mean = quantized(formats.difference, name: "\(name)_centre")
    // Both terms see the same number: e^v − v − 1 is flat at 0, where a rounding then costs little.
    let logVariance =
      formats.exponent.map { logVariance.quantized($0, name: "\(name)_exponent") } ?? logVariance
    let variance = logVariance.exp(name: "\(name)_exp")
      .quantized(formats.exponential, name: "\(name)_variance")
    let one = builder.constant("\(name)_one", Tensor([], .fixed([1], fraction: 0)))
    let half = builder.constant("\(name)_half", Tensor([], .fixed([1], fraction: 1)))
    let sum = mean.combined(.multiply, with: mean, name: "\(name)_squares")
      .combined(.add, with: variance, name: "\(name)_with_variance")
      .combined(.subtract, with: logVariance, name: "\(name)_less_logarithm")
      .combined(.subtract, with: one, name: "\(name)_terms")
    return sum.combined(.multiply, with: half, name: "\(name)_halves")
      .mean(formats: formats, name: name)
  }

  /// `R_z = Σ μ²/σ²` over the latent dimensions; self is μ. The quotient is a product with e^−ln σ².
  ///
  /// - Parameter logVariance: ln σ², fixed point of at most 16 bits.
  public func standardisedRadius(
    logVariance: Self, formats: ScoreFormats = .standard, name: String = "rz"
  ) -> Self {
    let minusOne = builder.constant("\(name)_minus_one", Tensor([], .fixed([-1], fraction: 0)))
    let mean = quantized(formats.difference, name: "\(name)_centre")
    let exponent = formats.exponent.map { logVariance.quantized($0, name: "\(name)_exponent") }
    let inverse = (exponent ?? logVariance).combined(.multiply, with: minusOne, name: "\(name)_minus")
      .exp(name: "\(name)_exp").quantized(formats.exponential, name: "\(name)_inverse")
    // μ²/σ² = μ · (μ/σ²), rounded in between, so that no factor is wider than a DSP slice takes.
    return mean.combined(.multiply, with: inverse, name: "\(name)_ratio")
      .quantized(
        FixedPointType(
          signed: true, width: formats.difference.width + 6,
          integer: formats.difference.format.integer + 4, rounding: .nearest, overflow: .saturate),
        name: "\(name)_ratio_rounded"
      )
      .combined(.multiply, with: mean, name: "\(name)_squares")
      .reduced(.sum, axes: [-1], name: "\(name)_sum").quantized(formats.score, name: name)
  }

  /// The mean over the last axis as a sum times a rounded 1/n, in the score's format.
  private func mean(formats: ScoreFormats, name: String) -> Self {
    let sum = reduced(.sum, axes: [-1], name: "\(name)_sum")
    guard let count = shape?.last?.size, count > 1 else {
      return sum.quantized(formats.score, name: name)
    }
    let share = (Double(1 << formats.reciprocalBits) / Double(count)).rounded()
    let factor = builder.constant(
      "\(name)_share", Tensor([], .fixed([Int128(share)], fraction: formats.reciprocalBits)))
    return sum.combined(.multiply, with: factor, name: "\(name)_mean")
      .quantized(formats.score, name: name)
  }
}
