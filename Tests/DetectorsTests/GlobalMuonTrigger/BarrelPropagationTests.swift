#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import Testing
import WinnowTensors

@testable import WinnowDetectors

/// Bending and losses against formulae and tables that nobody here wrote.
@Suite struct BarrelPropagationTests {
  /// Minimum ionisation of the Particle Data Group's tables of atomic and nuclear properties,
  /// printed to three decimals; radiative losses add below 0.1 % there.
  @Test(arguments: [
    (Absorber.iron, 1.451), (.copper, 1.403), (.aluminium, 1.615), (.leadTungstate, 1.229),
  ]) func minimumIonisation(absorber: Absorber, published: Double) {
    let least = (0..<2000).map { absorber.meanLoss(momentum: 0.1 * pow(1.003, Double($0))) }.min()!
    // Half a unit of the third decimal, 0.1 % of radiative losses, and grid far below.
    #expect(abs(least * 1000 - published) < 0.0005 + 0.001 * published)
  }

  /// A circle through the beam: at the radius r the azimuth has turned by asin(r/2R), R = pT/0.3 B,
  /// and the path by twice that.
  @Test func bendsOnACircle() {
    for pt in [2.0, 3.5, 20, 500] {
      for charge in [1.0, -1.0] {
        var track = BarrelTrack(pt: pt, eta: 0.5, phi: 0.3, charge: charge)
        let curve = pt / (0.299_792_458e-3 * 3.8)
        for radius in [700.0, 1290, 1500] {
          let followed = track.follow(to: radius, 1 / radius, field: 3.8)
          #expect(followed)
          let turn = -charge * asin(radius / (2 * curve))
          // The series of the arctangent ends at 2·10⁻⁹ a step.
          #expect(abs(track.phi - 0.3 - turn) < 1e-8)
          #expect(abs(asin(track.sine) - turn) < 1e-12)
          // z = sinh η × arc; the arc's series ends at 1.2·10⁻⁴ (κ chord)⁸ of it, 10⁻⁵ at 2 GeV in
          // a step of 1290 mm.
          let arc = 2 * curve * abs(turn)
          #expect(abs(track.z - sinh(0.5) * arc) < 3e-5 * arc)
        }
      }
    }
  }

  /// The sagitta of an arc of length L in the field B is 0.3 B L²/8 pT (m, T, GeV).
  @Test func sagitta() {
    let (pt, length) = (100.0, 1290.0)
    var track = BarrelTrack(pt: pt, eta: 0, phi: 0, charge: -1)
    _ = track.follow(to: length / 2, 2 / length, field: 3.8)
    let middle = SIMD2(track.radius * cos(track.phi), track.radius * sin(track.phi))
    _ = track.follow(to: length, 1 / length, field: 3.8)
    let end = SIMD2(track.radius * cos(track.phi), track.radius * sin(track.phi))
    let across = abs(middle.x * end.y - middle.y * end.x) / (end * end).sum().squareRoot()
    let expected = 0.299_792_458 * 3.8 * 1.290 * 1.290 / (8 * pt) * 1000
    // The next term is (L/R)²/48, 10⁻⁵ here.
    #expect(abs(across / expected - 1) < 3e-5)
  }

  /// A muon born beside the beam follows the circle through its birthplace.
  @Test func bornInFlight() {
    let (pt, field) = (4.0, 3.8)
    let curve = pt / (0.299_792_458e-3 * field)
    let start = SIMD3(300.0, -400, 50)
    var track = BarrelTrack(pt: pt, eta: -0.3, phi: 0.4, charge: -1, at: start)
    let followed = track.follow(to: 1290, 1 / 1290, field: field)
    #expect(followed)
    // Negative charge turns to larger φ: the centre lies to the left.
    let center = SIMD2(start.x - curve * sin(0.4), start.y + curve * cos(0.4))
    let place = SIMD2(1290 * cos(track.phi), 1290 * sin(track.phi)) - center
    #expect(abs((place * place).sum().squareRoot() / curve - 1) < 1e-9)
    // Farther along than at birth: the direction has turned by arc/R.
    let direction = track.phi + asin(track.sine)
    let arc = (track.z - start.z) / sinh(-0.3)
    // κ chord is 0.4 here: 10⁻⁷ of the arc, and the chord's series 10⁻⁵.
    #expect(abs(direction - 0.4 - arc / curve) < 2e-5)
  }

  /// Without a field a path is straight: r sin α and the direction stay.
  @Test func straightWithoutField() {
    var track = BarrelTrack(pt: 5, eta: 0, phi: 1.2, charge: 1, at: SIMD3(200, 100, 0))
    let (impact, direction) = (track.radius * track.sine, track.phi + asin(track.sine))
    _ = track.follow(to: 5000, 1 / 5000, field: 0)
    #expect(abs(track.radius * track.sine - impact) < 1e-9)
    #expect(abs(track.phi + asin(track.sine) - direction) < 1e-8)
  }

  /// The bending at the stations of a stiff muon, from the field integral: the transverse kick
  /// 0.3 ∫B dl acts on the arm to the station.
  @Test func fieldIntegral() {
    let pt = 1000.0
    var stream = RandomStream(seed: 0)
    var crossings = StationCrossings(repeating: StationCrossing())
    let propagator = BarrelPropagator(BarrelLayer.cms)
    let start = BarrelTrack(pt: pt, eta: 0, phi: 0, charge: -1)
    let reached = propagator.propagate(start, fluctuating: false, &stream, &crossings)
    #expect(reached == 4)
    for station in 0..<4 {
      let radius = BarrelConstants.stationRadii[station]
      var (inner, moved) = (0.0, 0.0)
      for layer in BarrelLayer.cms where layer.outerRadius <= radius {
        let (a, b) = (inner, layer.outerRadius)
        // ∫ B (r − x) dx over the layer.
        moved += layer.field * (b - a) * (radius - (a + b) / 2)
        inner = b
      }
      let expected = 0.299_792_458e-3 * moved / pt / radius
      // The 3 GeV lost on the way add 0.3 %.
      #expect(abs(crossings[station].phi / expected - 1) < 0.005)
    }
  }

  /// Losses and scattering in one plate, drawn, against the formulae.
  @Test func crossesAPlate() {
    var step = BarrelStep()
    var tables = LossTables()
    step.outerRadius = 4600
    (step.inverseRadius, step.depth) = (1 / 4600, 300)
    tables.add(.iron, thickness: 300, to: &step)
    let (ziggurat, landau) = (Ziggurat(), LandauVariate())
    var stream = RandomStream(seed: 5)
    let (n, pt) = (40_000, 10.0)
    var (angles, shifts, products) = (0.0, 0.0, 0.0)
    var losses: [Double] = []
    for _ in 0..<n {
      var track = BarrelTrack(pt: pt, eta: 0, phi: 0, charge: 1)
      _ = track.follow(to: 4600, 1 / 4600, field: 0)
      let crossed = track.cross(
        step, tables, depth: 300, excess: landau.value(stream.uniform()) - LandauVariate.mode,
        hardness: stream.uniform(),
        kicks: (ziggurat.draw(&stream), ziggurat.draw(&stream)))
      #expect(crossed)
      let (shift, angle) = (track.phi * 4600, track.phi + asin(track.sine))
      angles += angle * angle
      shifts += shift * shift
      products += shift * angle
      losses.append(pt - track.pt)
    }
    let amount = 300 * Absorber.iron.density / 10
    let theta = Absorber.iron.scatteringAngle(momentum: pt, amount: amount)
    // σ of a variance of n normal draws: √(2/n) = 0.7 %; five of them. The loss of 4 % on the way
    // raises the angle by 2 %.
    #expect(abs(angles / Double(n) / (theta * theta) - 1.04) < 5 * 0.007 + 0.02)
    #expect(abs(shifts / Double(n) / (theta * theta * 300 * 300 / 3) - 1.04) < 5 * 0.007 + 0.02)
    // ⟨θ y⟩ = θ₀² t/2; the correlation √3/2 makes its error √(1 + 0.75)/√n in units of σσ.
    let covariance = products / Double(n) / (theta * theta * 300 / 2)
    #expect(abs(covariance - 1.04) < 5 * 0.008 + 0.02)
    let width = Absorber.iron.landauWidth(momentum: pt, amount: amount)
    let expected =
      Absorber.iron.mostProbableLoss(momentum: pt, amount: amount)
      + BarrelPropagator.typicalLoss * width
    // The density at the median is 0.11/ξ, which makes the median's error 1/(2 · 0.11 √n) ξ; momentum
    // for energy: below 0.01 %.
    let median = losses.sorted()[n / 2]
    #expect(
      abs(median - expected) < 5 * width / 0.22 / Double(n).squareRoot() + 1e-4 * expected)
    let mean = losses.reduce(0, +) / Double(n)
    // Without the collisions that cannot be, Landau's distribution has the mean of Bethe's formula:
    // Tmax is 5 GeV here and ξ 17 MeV, so the mean's error is √(ξ Tmax/2n) = 1.0 MeV, 0.25 %; that T
    // is the whole loss above the most probable one, and not a collision's alone, is a part of ξ.
    let bethe = Absorber.iron.meanLoss(momentum: pt - mean / 2) * amount
    #expect(abs(mean / bethe - 1) < 5 * 0.0025 + 0.02)
  }

  /// The tables over 1/p against the formulae that they hold.
  @Test func tablesHoldTheFormulae() {
    var step = BarrelStep()
    var tables = LossTables()
    step.depth = 425
    tables.add(.brass, thickness: 425, to: &step)
    for p in [0.3, 0.7, 1, 2.2, 4, 9.5, 30, 200] {
      let path = 425.0
      let amount = path * Absorber.brass.density / 10
      let response = tables.response(step, inverseMomentum: 1 / p, path: path, logPath: log(path))
      let loss = Absorber.brass.mostProbableLoss(momentum: p, amount: amount)
      // A straight line between nodes 0.02 apart in 1/p: f″ h²/8 of the logarithms, below 0.2 %;
      // above 50 GeV the first node stands for the plateau.
      #expect(abs(response.loss / loss - 1) < (p > 50 ? 0.01 : 0.002))
      let beta = p / (p * p + Absorber.muonMass * Absorber.muonMass).squareRoot()
      let angle = Absorber.brass.scatteringAngle(momentum: p, amount: amount) * beta * p
      #expect(abs(response.angle / angle - 1) < 1e-4)
    }
  }
}
