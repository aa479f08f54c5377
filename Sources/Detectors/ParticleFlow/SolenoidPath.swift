#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A uniform field along z in a cylinder: the way of a particle from its vertex to the surface.
///
/// - Reference: Delphes, card CMS_PhaseII_140PU_v02: radius 1.29 m, half length 3.0 m, 3.8 T.
public struct Solenoid: Sendable, Hashable {
  public var radius = 1290.0
  public var halfLength = 3000.0
  public var field = 3.8

  public init() {}

  /// Where a particle leaves the cylinder: η and φ as seen from the origin.
  ///
  /// - Returns: `nil` for a vertex outside the cylinder.
  func exit(_ particle: FlowParticle) -> (eta: Double, phi: Double)? {
    let (x, y, z) = (particle.x, particle.y, particle.z)
    guard x * x + y * y < radius * radius, abs(z) < halfLength else { return nil }
    let slope = particle.pz / particle.pt
    // Transverse way to the end caps.
    let toEnd =
      slope == 0 ? Double.infinity : ((slope > 0 ? halfLength : -halfLength) - z) / slope
    let (ux, uy) = (cos(particle.phi), sin(particle.phi))
    var (way, endX, endY) = (0.0, 0.0, 0.0)
    if particle.charge == 0 {
      let along = x * ux + y * uy
      let toBarrel =
        -along + (along * along + radius * radius - x * x - y * y).squareRoot()
      way = min(toEnd, toBarrel)
      (endX, endY) = (x + way * ux, y + way * uy)
    } else {
      // φ(s) = φ₀ + ω s; a positive charge turns clockwise.
      let omega =
        -Double(particle.charge) * BarrelToroid.momentumPerTeslaMillimetre * field
        / particle.pt
      let (centreX, centreY) = (x - uy / omega, y + ux / omega)
      way = min(toEnd, wayToBarrel(centreX, centreY, x - centreX, y - centreY, omega))
      // Never out: a vanishing pz of a particle that turns inside; it stays where it is.
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
}
