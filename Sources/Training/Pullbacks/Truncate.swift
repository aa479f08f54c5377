import WinnowFixedPoint
public import WinnowNetworkIR

extension Truncate: Differentiable {
  /// Straight through: the value shrinks by `2^bits`.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    func wide(_ fraction: Int, _ mode: RoundingMode) -> RealConversion {
      RealConversion(
        FixedPointType(
          signed: true, width: 120, integer: 120 - fraction, rounding: mode, overflow: .saturate))
    }
    let whole = wide(fraction, .nearestToEven)
    let dropped = wide(fraction - bits, rounding)
    let factor = Double(sign: .plus, exponent: -bits, significand: 1)
    return ElementwisePullback(
      site, value: { dropped(whole($0)) * factor }, slope: { _, _ in factor })
  }
}
