#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A uniform field along z in a cylinder: a particle's way from its vertex to the surface.
///
/// - Reference: Delphes, card CMS_PhaseII_140PU_v02: to the calorimeters 1.29 m and ±3.0 m in
///   3.8 T. Energy loss and scattering are left out, as in Delphes.
public struct Solenoid: Sendable, Hashable {
  /// mm
  public var radius = 1290.0
  /// mm
  public var halfLength = 3000.0
  /// T
  public var field = 3.8

  public init() {}

  /// The momentum in GeV of a unit charge on a circle of 1 mm in 1 T: c in these units.
  private static let momentumPerTeslaMillimetre = 0.299_792_458e-3

  /// How fast the direction turns, 1/mm; a positive charge turns clockwise.
  private func curvature(_ particle: FlowParticle) -> Double {
    -Double(particle.charge) * Solenoid.momentumPerTeslaMillimetre * field / Double(particle.pt)
  }

  /// Where a particle leaves the cylinder: η and φ as seen from the origin.
  ///
  /// - Returns: `nil` for a vertex outside the cylinder.
  func exit(_ particle: FlowParticle) -> (eta: Double, phi: Double)? {
    let (x, y, z) = (Double(particle.x), Double(particle.y), Double(particle.z))
    guard x * x + y * y < radius * radius, abs(z) < halfLength else { return nil }
    let slope = Double(particle.pz) / Double(particle.pt)
    // Transverse way to the end-caps.
    let toEnd =
      slope == 0 ? Double.infinity : ((slope > 0 ? halfLength : -halfLength) - z) / slope
    let (ux, uy) = (cos(Double(particle.phi)), sin(Double(particle.phi)))
    var (way, endX, endY) = (0.0, 0.0, 0.0)
    if particle.charge == 0 {
      let along = x * ux + y * uy
      let toBarrel =
        -along + (along * along + radius * radius - x * x - y * y).squareRoot()
      way = min(toEnd, toBarrel)
      (endX, endY) = (x + way * ux, y + way * uy)
    } else {
      let omega = curvature(particle)
      let (centreX, centreY) = (x - uy / omega, y + ux / omega)
      way = min(toEnd, wayToBarrel(centreX, centreY, x - centreX, y - centreY, omega))
      // Turns inside and never gets on: it stays where it is.
      if way == .infinity { way = 0 }
      let (sine, cosine) = (sin(omega * way), cos(omega * way))
      endX = x + (sine * ux - (1 - cosine) * uy) / omega
      endY = y + (sine * uy + (1 - cosine) * ux) / omega
    }
    let r = (endX * endX + endY * endY).squareRoot()
    guard r > 1e-9 else { return nil }
    return (asinh((z + way * slope) / r), atan2(endY, endX))
  }

  /// The arc from a point of a circle, given relative to its centre, to the barrel.
  private func wayToBarrel(
    _ centreX: Double, _ centreY: Double, _ fromX: Double, _ fromY: Double, _ omega: Double
  ) -> Double {
    let distance = (centreX * centreX + centreY * centreY).squareRoot()
    let circle = 1 / abs(omega)
    guard distance + circle > radius, distance > 0 else { return .infinity }
    let cosine =
      (radius * radius - distance * distance - circle * circle) / (2 * distance * circle)
    guard abs(cosine) <= 1 else { return .infinity }
    // The points of the circle on the barrel lie at ± this angle from the line of centres.
    let opening = acos(cosine)
    let outwards = atan2(centreY, centreX)
    let start = atan2(fromY, fromX)
    func turn(to angle: Double) -> Double {
      var turn = (angle - start) * (omega > 0 ? 1 : -1)
      turn -= 2 * .pi * (turn / (2 * .pi)).rounded(.down)
      return turn
    }
    return min(turn(to: outwards + opening), turn(to: outwards - opening)) * circle
  }

  /// Where a charged particle's circle comes closest to the beam: the transverse impact parameter
  /// `(x py − y px)/pT` there, and z; mm.
  func closestApproach(_ particle: FlowParticle) -> (d0: Double, z: Double) {
    let (x, y, z) = (Double(particle.x), Double(particle.y), Double(particle.z))
    guard x != 0 || y != 0 else { return (0, z) }
    let omega = curvature(particle)
    let (ux, uy) = (cos(Double(particle.phi)), sin(Double(particle.phi)))
    let (centreX, centreY) = (x - uy / omega, y + ux / omega)
    let distance = (centreX * centreX + centreY * centreY).squareRoot()
    let sign: Double = omega > 0 ? 1 : -1
    guard distance > 0 else { return (sign / abs(omega), z) }
    let there = atan2(-sign * centreX, sign * centreY)
    var turn = there - Double(particle.phi)
    turn -= 2 * .pi * (turn / (2 * .pi)).rounded()
    let slope = Double(particle.pz) / Double(particle.pt)
    return (sign * (1 / abs(omega) - distance), z + turn / omega * slope)
  }
}
