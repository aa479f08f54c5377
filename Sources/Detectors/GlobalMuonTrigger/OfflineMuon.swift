public import WinnowTensors

/// A muon as the full reconstruction sees it: the truth that papers/4 trains on.
///
/// pT has the tracker's resolution; η and φ, of a few 10⁻⁴, are taken as exact. A muon from a decay
/// inside the tracker is reconstructed as itself here.
public struct OfflineMuon: Sendable, Hashable {
  /// GeV
  public var pt: Double
  public var eta: Double
  /// (−π, π]
  public var phi: Double
  public var charge: Int
  /// Where it was made, mm.
  public var vertex: SIMD3<Double>

  /// Smears the pT of a generated muon by ``BarrelConstants/offlineResolution``.
  public init(
    pt: Double, eta: Double, phi: Double, charge: Int, vertex: SIMD3<Double> = .zero,
    _ stream: inout RandomStream
  ) {
    self.pt = pt * max(1 + BarrelConstants.offlineResolution * stream.gaussian(), 0.5)
    (self.eta, self.phi, self.charge, self.vertex) = (eta, phi, charge, vertex)
  }
}
