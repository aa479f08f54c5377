public import WinnowEvents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Masses of combinations of objects; GeV.
public enum InvariantMass {
  /// Of two massless objects, `√(2 pT pT′ (cosh Δη − cos Δφ))`, without loss of digits where they
  /// are close.
  public static func massless(
    pt: Double, eta: Double, phi: Double, otherPt: Double, otherEta: Double, otherPhi: Double
  ) -> Double {
    // cosh a − cos b = 2 (sinh²(a/2) + sin²(b/2))
    let along = sinh((eta - otherEta) / 2)
    let around = sin(deltaPhi(phi, otherPhi) / 2)
    return 2 * (pt * otherPt * (along * along + around * around)).squareRoot()
  }

  /// Of an object of negligible mass and missing momentum: `√(2 pT pTmiss (1 − cos Δφ))`.
  public static func transverse(pt: Double, phi: Double, missing: MissingMomentum) -> Double {
    let around = sin(deltaPhi(phi, missing.phi) / 2)
    return 2 * (pt * missing.pt).squareRoot() * abs(around)
  }

  public struct Pair: Sendable, Hashable {
    public var first, second: Int
    public var mass: Double
  }

  /// All pairs, or those of opposite charge where charges are given.
  ///
  /// - Precondition: charges, where given, are as many as objects.
  public static func pairs(_ momenta: [FourMomentum], charges: [Int]? = nil) -> [Pair] {
    precondition(charges == nil || charges!.count == momenta.count, "one charge an object")
    var pairs: [Pair] = []
    for first in momenta.indices {
      for second in momenta.indices where second > first {
        if let charges, charges[first] * charges[second] >= 0 { continue }
        let mass = (momenta[first] + momenta[second]).mass
        pairs.append(Pair(first: first, second: second, mass: mass))
      }
    }
    return pairs
  }

  /// The pair whose mass is nearest to `mass`; the first of equals.
  public static func pair(
    nearest mass: Double, of momenta: [FourMomentum], charges: [Int]? = nil
  ) -> Pair? {
    pairs(momenta, charges: charges).min { abs($0.mass - mass) < abs($1.mass - mass) }
  }
}
