#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How generated muons become the objects of the global muon trigger.
///
/// The curvature is smeared by a Gaussian, and pT is then raised so that of the muons with a true pT
/// at a threshold, 90 % of those found pass it: papers/4 states this convention of CMS. A finer
/// model of barrel muons is a detector of its own.
public struct MuonResponse: Sendable, Hashable {
  /// One track finder's part of the detector.
  public struct Region: Sendable, Hashable {
    /// Ends at this |η|.
    public var maximumEta: Double
    /// Efficiency, whatever the pT above ``minimumPt``.
    public var efficiency: Double
    /// σ of pT(true)/pT(measured) before the convention of 90 %.
    public var curvatureResolution: Double
    /// Muons of less true pT (GeV) do not reach the stations.
    public var minimumPt: Double

    public init(
      maximumEta: Double, efficiency: Double, curvatureResolution: Double, minimumPt: Double
    ) {
      (self.maximumEta, self.efficiency) = (maximumEta, efficiency)
      (self.curvatureResolution, self.minimumPt) = (curvatureResolution, minimumPt)
    }
  }

  /// From the centre outward: barrel, overlap and endcap, whose edges 0.83 and 1.24 are those of
  /// CMS's track finders (its Level-1 group divides muons there: slides of
  /// cms-l1-dpg/Phase2-L1MenuTools, December 2022). The barrel's curvature resolution makes
  /// the RMS of (pT − pT(offline))/pT(offline) the 0.27 of the raw trigger muons in papers/4,
  /// table 2. The other resolutions, the efficiencies and the ranges are choices of ours.
  public var regions = [
    Region(maximumEta: 0.83, efficiency: 0.95, curvatureResolution: 0.19, minimumPt: 3.5),
    Region(maximumEta: 1.24, efficiency: 0.92, curvatureResolution: 0.23, minimumPt: 3.0),
    Region(maximumEta: 2.4, efficiency: 0.93, curvatureResolution: 0.25, minimumPt: 2.5),
  ]
  /// Acceptance of papers/2, |η| < 2.1.
  public var maximumEta = 2.1
  /// The convention: this part of the muons found passes the threshold at its true pT.
  public var efficiencyAtThreshold = 0.9
  /// σ(η): the RMS of the raw trigger muons in papers/4, table 2.
  public var etaResolution = 0.034
  /// σ(φ) = √(constant² + (slope/pT)²) radian, GeV: multiple scattering and the extrapolation to the
  /// vertex, both falling with pT. A choice of ours; at the 3 to 5 GeV of most muons in papers/4 it
  /// gives the 0.166 of its table 2.
  public var phiConstant = 0.005
  public var phiSlope = 0.6
  public var isolation: LeptonIsolation?

  public init() {}
  public static let cms = MuonResponse()

  public func region(eta: Double) -> Region? { regions.first { abs(eta) < $0.maximumEta } }

  /// By how much the measured pT is raised: `1 + z σ` with the normal quantile `z` of
  /// ``efficiencyAtThreshold``, since pT(measured) ≥ pT(true) where the Gaussian is below `z`.
  public func scale(_ region: Region) -> Double {
    1 + MuonResponse.normalQuantile(efficiencyAtThreshold) * region.curvatureResolution
  }

  /// Measured pT before it is counted, for a standard Gaussian draw.
  func measuredPt(_ pt: Double, _ region: Region, scale: Double, gaussian: Double) -> Double {
    // A curvature through zero would be a charge mistake; 0.1 ends the tail at ten times the pT.
    scale * pt / max(1 + region.curvatureResolution * gaussian, 0.1)
  }

  /// The number below which a standard normal variate lies with a probability within (0, 1), by
  /// halving, to 1e-12.
  static func normalQuantile(_ probability: Double) -> Double {
    var (low, high) = (-8.0, 8.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }
}
