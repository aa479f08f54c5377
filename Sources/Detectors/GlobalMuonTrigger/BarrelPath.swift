#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowTensors

extension GlobalMuonTrigger {
  /// The path of a muon that loses its median energy and does not scatter, seen along the beam: points
  /// (mm) up to the fourth station or to where it turns back. For displays.
  ///
  /// - Parameter step: the distance of the points along the radius, mm.
  public func path(
    pt: Double, eta: Double, phi: Double, charge: Int, vertex: SIMD3<Double> = .zero,
    step: Double = 50
  ) -> [(x: Double, y: Double)] {
    let start = BarrelTrack(pt: pt, eta: eta, phi: phi, charge: charge < 0 ? -1 : 1, at: vertex)
    return propagator.path(start, step: step)
  }
}

extension BarrelPropagator {
  func path(_ start: BarrelTrack, step length: Double) -> [(x: Double, y: Double)] {
    var track = start
    var points: [(x: Double, y: Double)] = []
    func note(_ track: BarrelTrack) {
      points.append((track.radius * cos(track.phi), track.radius * sin(track.phi)))
    }
    note(track)
    for step in steps where step.outerRadius > track.radius {
      let depth = step.outerRadius - track.radius
      let inside = abs(track.z) < step.maximumZ
      let field = inside ? step.field : 0
      var scout = track
      for radius in stride(from: track.radius + length, to: step.outerRadius, by: length) {
        guard scout.follow(to: radius, 1 / radius, field: field) else { return points }
        note(scout)
      }
      guard track.follow(to: step.outerRadius, step.inverseRadius, field: field) else {
        return points
      }
      if inside && step.table >= 0 {
        guard
          track.cross(
            step, tables, depth: depth, excess: BarrelPropagator.typicalLoss, hardness: 1, kicks: (0, 0))
        else { return points }
      }
      note(track)
    }
    return points
  }
}
