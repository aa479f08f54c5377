/// The Phase-2 tracker: which charged particles have a track, and how well it is measured.
///
/// - Reference: efficiencies of Delphes' card CMS_PhaseII_140PU_v02.
public struct TrackerResponse: Sendable, Hashable {
  /// Tracks reach to |η| = 4.
  public var acceptance = 4.0
  /// Of two tracks closer than this in η and φ at the calorimeter, the harder is kept (Delphes'
  /// DenseTrackFilter in the same card).
  public var mergingDistance = 0.003
  /// σ(pT)/pT at low pT by |η|, between the points in straight lines. 0.46–0.5 %, 2.6 % at 2.1 and
  /// 4–7.7 % at 3–3.6 are the card's; the points between are our choice.
  public var resolutionPoints: [SIMD2<Double>] = [
    SIMD2(0, 0.0046), SIMD2(0.9, 0.0050), SIMD2(1.5, 0.013), SIMD2(2.1, 0.026), SIMD2(3, 0.04),
    SIMD2(3.6, 0.077), SIMD2(4, 0.077),
  ]
  /// The part of σ(pT)/pT that grows with pT, 1/GeV: our choice, 1 % at 100 GeV.
  public var resolutionSlope = 1e-4
  /// σ of the transverse impact parameter, mm: `√(a² + (b/pT)²)`. Our choice, the order of the
  /// Phase-2 tracker's (CERN-LHCC-2017-009: about 10 µm at high pT, 100 µm at 1 GeV).
  public var transverseImpact = SIMD2(0.010, 0.100)
  /// The same of the longitudinal one; times cosh η, for tracks that cross layers at a slant.
  public var longitudinalImpact = SIMD2(0.020, 0.150)

  public init() {}

  func efficiency(_ kind: FlowKind, pt: Double, eta: Double) -> Double {
    let eta = abs(eta)
    guard pt > 0.2, eta < acceptance else { return 0 }
    switch kind {
    case .muon: return eta < 2.8 ? 1 : 0.95
    case .electron:
      let rising = 0.01 * pt
      let full = eta < 1.2 ? 0.97 : eta < 2.5 ? min(0.82 + rising, 0.90) : min(0.80 + rising, 0.85)
      return pt < 1 ? pt * full : full
    default:
      let full = eta < 1.2 ? 0.97 : eta < 2.5 ? 0.87 : 0.82
      return pt < 1 ? pt * full : full
    }
  }

  /// σ(pT)/pT
  func resolution(pt: Double, eta: Double) -> Double {
    let eta = abs(eta)
    var low = resolutionPoints.last?.y ?? 0
    for (a, b) in zip(resolutionPoints, resolutionPoints.dropFirst()) where eta < b.x {
      low = a.y + (b.y - a.y) * (eta - a.x) / (b.x - a.x)
      break
    }
    let high = resolutionSlope * pt
    return (low * low + high * high).squareRoot()
  }
}
