import Foundation
import Testing
import WinnowDetectors

@Suite struct ToroidPathTests {
  private let toroid = BarrelToroid()

  /// The same path by the Lorentz force alone: Runge and Kutta's fourth order in small steps.
  private func integrated(_ track: SectorTrack, to x: Double) -> (y: Double, z: Double) {
    let p = (track.px * track.px + track.py * track.py + track.pz * track.pz).squareRoot()
    var position = SIMD3(track.x, track.y, track.z)
    var direction = SIMD3(track.px, track.py, track.pz) / p
    func turn(_ d: SIMD3<Double>, _ x: Double) -> SIMD3<Double> {
      let inside = x >= toroid.innerRadius && x <= toroid.outerRadius
      let k = inside ? 0.299_792_458e-3 * track.charge * toroid.field / p : 0
      // d × B, with B along y.
      return SIMD3(-d.z, 0, d.x) * k
    }
    // A step ends at the field's edge and at the plane, so that no step sees two fields.
    func walk(to end: Double) {
      while end - position.x > 1e-9 {
        let h = min(5.0, (end - position.x) / direction.x)
        let field = position.x + 1e-6
        let k1 = turn(direction, field)
        let k2 = turn(direction + h / 2 * k1, field)
        let k3 = turn(direction + h / 2 * k2, field)
        let k4 = turn(direction + h * k3, field)
        position += h * direction + h * h / 6 * (k1 + k2 + k3)
        direction += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
      }
    }
    for edge in [toroid.innerRadius, toroid.outerRadius] where edge > position.x && edge < x {
      walk(to: edge)
    }
    walk(to: x)
    return (position.y, position.z)
  }

  @Test(arguments: [
    SectorTrack(x: 0, y: 0, z: 0, px: 20, py: 1, pz: 5, charge: 1),
    SectorTrack(x: 2000, y: 10, z: -300, px: 3, py: -0.2, pz: -1, charge: -1),
    SectorTrack(x: 4900, y: 0, z: 100, px: 1.2, py: 0.1, pz: 0, charge: 1),
    SectorTrack(x: 100, y: 0, z: 0, px: 5000, py: 0, pz: 100, charge: -1),
  ])
  func theCircleIsTheLorentzForce(_ track: SectorTrack) throws {
    let path = try #require(ToroidPath(track, in: toroid))
    for x in [4000.0, 5000, 7500, 9900] where x > track.x {
      let crossing = try #require(path.outward(to: x))
      let (y, z) = integrated(track, to: x)
      // Steps of 5 mm with R ≥ 8 m: local errors of (h/R)⁵ R/120 < 1e-14 mm in 2,000 steps; the
      // last step overshoots the plane by at most (h/R) h/2 · h/R < 1e-5 mm.
      #expect(abs(crossing.z - z) < 1e-3 && abs(crossing.y - y) < 1e-3, "x = \(x)")
    }
  }

  /// The sagitta over the 5 m between stations: 0.3 B L²/8p = 0.47 mm at 1 TeV; ATLAS gives "about
  /// 500 µm" (JINST 3 S08003, section 6).
  @Test func aTeVTrackHasItsSagitta() throws {
    let track = SectorTrack(x: 0, y: 0, z: 0, px: 1000, py: 0, pz: 0, charge: 1)
    let path = try #require(ToroidPath(track, in: toroid))
    let z = try [5000.0, 7500, 10_000].map { try #require(path.outward(to: $0)).z }
    let sagitta = z[1] - (z[0] + z[2]) / 2
    let expected = 0.299_792_458 * 0.5 * 25 / (8 * 1000) * 1000
    // The next term of the circle's series is (L/2R)² = 1e-7 of it.
    #expect(abs(abs(sagitta) - expected) < 1e-5 * expected)
    #expect(abs(path.curvature - 0.299_792_458e-3 * 0.5 / 1000) < 1e-18)
  }

  @Test func chargesBendOppositeWays() throws {
    var track = SectorTrack(x: 0, y: 0, z: 0, px: 10, py: 0, pz: 0, charge: 1)
    let positive = try #require(ToroidPath(track, in: toroid)?.outward(to: 10_000))
    track.charge = -1
    let negative = try #require(ToroidPath(track, in: toroid)?.outward(to: 10_000))
    #expect(positive.z > 0 && positive.z == -negative.z)
    track.charge = 0
    #expect(try #require(ToroidPath(track, in: toroid)?.outward(to: 10_000)).z == 0)
  }

  /// 0.6 GeV has a radius of 4.0 m: it turns before the end of the field, 5.35 m deep, and meets
  /// each plane twice, symmetrically about the circle's centre.
  @Test func softTracksTurnBack() throws {
    let track = SectorTrack(x: 0, y: 0, z: 0, px: 0.6, py: 0.06, pz: 0, charge: 1)
    let path = try #require(ToroidPath(track, in: toroid))
    let radius = 0.6 / (0.299_792_458e-3 * 0.5)
    let out = try #require(path.outward(to: 7500))
    let back = try #require(path.backward(to: 7500, end: toroid.outerRadius))
    #expect(abs(out.z + back.z - 2 * radius) < 1e-6)
    #expect(back.cosine == -out.cosine && back.y > out.y)
    // The whole half circle takes y = 0.1 π R after the straight way to the field.
    let start = try #require(path.backward(to: 4700.000_001, end: toroid.outerRadius))
    #expect(abs(start.y - (470 + 0.1 * .pi * radius)) < 0.01)
    #expect(path.outward(to: 9000) == nil)
    let harder = SectorTrack(x: 0, y: 0, z: 0, px: 1, py: 0, pz: 0, charge: 1)
    #expect(ToroidPath(harder, in: toroid)?.backward(to: 7500, end: toroid.outerRadius) == nil)
    #expect(
      ToroidPath(SectorTrack(x: 0, y: 0, z: 0, px: -1, py: 0, pz: 2, charge: 1), in: toroid) == nil)
  }
}
