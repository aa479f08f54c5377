#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents
public import WinnowTensors

/// A muon as the full reconstruction sees it: the truth that papers/4 trains on.
///
/// pT has the tracker's resolution; η and φ, of a few 10⁻⁴, are taken as exact. Of a decay in flight it
/// is the hadron where the hadron crossed more of the tracker's layers, else the muon, taken back to
/// where its circle comes nearest to the beam.
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
    if vertex.x * vertex.x + vertex.y * vertex.y > 1 { goBack() }
  }

  /// The track found for a decay in flight.
  init(_ decay: FlightDecay, pt: Double, eta: Double, charge: Int, _ stream: inout RandomStream) {
    let parent = decay.parent
    if decay.isTrackedAsParent {
      self.init(
        pt: Double(parent.pt), eta: Double(parent.eta), phi: Double(parent.phi), charge: charge,
        vertex: SIMD3(parent.vertex), &stream)
    } else {
      self.init(
        pt: pt, eta: eta, phi: decay.phi, charge: charge, vertex: decay.place, &stream)
    }
  }

  /// Follows the circle back to the point nearest to the beam.
  private mutating func goBack() {
    // Of the circle, signed as the curvature; its centre lies across the direction.
    let radius = -pt / (BarrelTrack.bend * Double(charge) * BarrelConstants.solenoidField)
    let (x, y) = (vertex.x - radius * sin(phi), vertex.y + radius * cos(phi))
    let distance = (x * x + y * y).squareRoot()
    // There the centre lies across the direction as here, and behind the point as seen from the beam.
    let sign = radius < 0 ? -1.0 : 1
    let back = atan2(-sign * x, sign * y)
    let path = abs(radius * wrapped(phi - back))
    let part = 1 - abs(radius) / distance
    vertex = SIMD3(x * part, y * part, vertex.z - path * sinh(eta))
    phi = wrapped(back)
  }
}
