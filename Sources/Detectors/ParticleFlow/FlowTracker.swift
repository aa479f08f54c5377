#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The Phase-2 tracker: which charged particles have a track, and how well it is measured.
///
/// - Reference: Delphes, card `CMS_PhaseII_140PU_v02.tcl` (commit 1cefce3), modules
///   `DenseFilter`, `…TrackingEfficiency`, `…Smearing`; impact parameters and times are not in the
///   card and have sources of their own below.
public struct FlowTracker: Sendable, Hashable {
  /// Tracks reach to this |η|.
  public var acceptance = 4.0
  /// None at or below this pT, GeV.
  public var minimumPt = 0.2
  /// Where tracks that lie too close are merged: the card's first pixel layers.
  public var mergingSurface = {
    var surface = Solenoid()
    (surface.radius, surface.halfLength) = (300, 700)
    return surface
  }()
  /// Of tracks in one cell of this size in η and φ there, the hardest stays; 0 merges none.
  public var mergingCell = 0.003
  /// σ of a track's η and of its φ.
  public var directionSpread = 0.003
  /// a and b of the transverse impact parameter's σ, `√(a² + (b/pT)²)`, mm and mm GeV. a = 10 µm:
  /// CMS, JINST 9 (2014) P10009, 100 GeV muons; b: our choice, about 100 µm at 1 GeV.
  public var transverseImpact = SIMD2(0.010, 0.100)
  /// The same of the longitudinal one, times cosh η for layers crossed at a slant. a = 30 µm:
  /// ibid.; b and the slant: our choice.
  public var longitudinalImpact = SIMD2(0.030, 0.150)
  /// σ of a track's time, ps, with the timing layers up to |η| = 3, from 0.7 GeV (of pT in the
  /// barrel, of p beyond); 0 gives no times.
  ///
  /// - Reference: CMS, A MIP timing detector for the Phase-2 upgrade, CERN-LHCC-2019-003: 30 ps.
  public var timeSpread = 30.0
  public var timeAcceptance = 3.0

  public init() {}

  func efficiency(_ kind: FlowKind, pt: Double, eta: Double) -> Double {
    let eta = abs(eta)
    guard pt > minimumPt, eta <= acceptance else { return 0 }
    let part = eta <= 1.2 ? 0 : eta <= 2.5 ? 1 : 2
    switch kind {
    case .muon:
      return (eta <= 2.8 ? 1 : 0.95) * min(pt, 1)
    case .electron where pt > 1:
      return part == 0 ? 0.97 : part == 1 ? min(0.82 + 0.01 * pt, 0.90) : min(0.80 + 0.01 * pt, 0.85)
    default:
      let (low, high) = (SIMD3(0.96, 0.85, 0.80), SIMD3(0.97, 0.87, 0.82))
      return pt <= 1 ? low[part] * pt : high[part]
    }
  }

  /// σ(pT)/pT; of an electron σ(E)/E, without its calorimeter.
  func momentumSpread(_ kind: FlowKind, pt: Double, eta: Double) -> Double {
    let eta = abs(eta)
    if kind == .electron {
      return eta <= 1.5 ? 0.028 : eta <= 1.75 ? 0.037 : eta <= 2.15 ? 0.038 : eta <= 3 ? 0.044 : 0.10
    }
    if kind == .muon, pt > 5, let ring = FlowTracker.muonRings.firstIndex(where: { eta < $0 }) {
      return FlowTracker.muonSpread[ring][pt < 10 ? 0 : pt < 20 ? 1 : pt < 40 ? 2 : 3]
    }
    let at = FlowTracker.hadronSpread[min(Int(eta / 0.2), FlowTracker.hadronSpread.count - 1)]
    if pt < 1 { return at[0] }
    if pt < 10 { return at[0] + (at[1] - at[0]) * (pt - 1) / 9 }
    if pt < 100 { return at[1] + (at[2] - at[1]) * (pt - 10) / 90 }
    return at[2] * pt / 100
  }

  func transverseImpactSpread(pt: Double) -> Double {
    let (a, b) = (transverseImpact.x, transverseImpact.y / pt)
    return (a * a + b * b).squareRoot()
  }

  func longitudinalImpactSpread(pt: Double, eta: Double) -> Double {
    let (a, b) = (longitudinalImpact.x, longitudinalImpact.y / pt)
    return (a * a + b * b).squareRoot() * cosh(eta)
  }

  func measuresTime(pt: Double, eta: Double) -> Bool {
    let eta = abs(eta)
    guard timeSpread > 0, eta < timeAcceptance else { return false }
    return (eta < 1.5 ? pt : pt * cosh(eta)) > 0.7
  }
}
