#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents

/// A muon from the decay in flight of a π or K inside the solenoid.
///
/// Generators take the hadron on a straight line to its decay; here it follows its circle, and the
/// muon starts where that ends, turned with it.
struct FlightDecay {
  let parent: ParentHadron
  /// Where the muon starts, mm, and its direction.
  private(set) var place: SIMD3<Double>
  private(set) var phi: Double

  /// - Parameters:
  ///   - phi: the muon's direction as generated.
  ///   - place: where it was generated, on a straight line from the parent's vertex.
  init(parent: ParentHadron, charge: Int, phi: Double, place: SIMD3<Double>) {
    self.parent = parent
    let start = SIMD3<Double>(parent.vertex)
    let (x, y) = (place.x - start.x, place.y - start.y)
    let length = (x * x + y * y).squareRoot()
    let curvature =
      -BarrelTrack.bend * Double(charge) * BarrelConstants.solenoidField / Double(parent.pt)
    let turn = curvature * length
    // The chord lies half-way between the directions at its ends; κL stays below 1 for pT > 1.5 GeV.
    let half = turn / 2
    let chord = abs(half) < 1e-6 ? length : length * sin(half) / half
    let angle = Double(parent.phi) + half
    self.place = SIMD3(start.x + chord * cos(angle), start.y + chord * sin(angle), place.z)
    self.phi = phi + turn
  }

  /// Whether most of the tracker's layers saw the hadron, so that its track is the one found.
  var isTrackedAsParent: Bool {
    (place.x * place.x + place.y * place.y).squareRoot() > BarrelConstants.trackerMiddle
  }
}
