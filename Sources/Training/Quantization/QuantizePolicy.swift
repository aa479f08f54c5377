/// How `Quantize` nodes behave while a network is trained. Evaluation always converts as the node's
/// types say, bit for bit.
///
/// - Reference: Y. Bengio et al., arXiv:1308.3432 (straight-through); S. Gupta et al.,
///   arXiv:1502.02551 (stochastic rounding).
public struct QuantizePolicy: Sendable, Hashable, Codable {
  /// What the backward pass takes for the derivative of a conversion.
  public enum Gradient: String, Sendable, Hashable, Codable, CaseIterable {
    /// 1 where the rounded value is in the type's range, 0 where it is clipped. Modes that wrap
    /// have the derivative 1 everywhere.
    case clipped
    /// 1 everywhere: what keeps weights in range is then a constraint or nothing.
    case unclipped
    /// As QKeras' `quantized_bits`, 1 everywhere, for signed types; as its `quantized_relu`, 1 between
    /// the ends of the range and 0 outside, for unsigned ones.
    case qkeras
  }

  public var gradient: Gradient
  /// Round up with the probability of the part that is cut off, whatever the types' rounding: the
  /// mean is the value itself. Keyed by seed, node, step and place, so that neither threads nor
  /// shards matter.
  public var stochasticRounding: Bool
  /// Steps before quantisers act; until then they pass what they get, pruned elements excepted.
  public var delay: UInt64

  public init(
    gradient: Gradient = .clipped, stochasticRounding: Bool = false, delay: UInt64 = 0
  ) {
    self.gradient = gradient
    self.stochasticRounding = stochasticRounding
    self.delay = delay
  }
}
