import Foundation
import Testing
import WinnowDetectors
import WinnowEvents
import WinnowTensors

@Suite struct DriftTubeResponseTests {
  private let truth = LongLivedTruth(
    decayLength: 0, pseudorapidity: 0, momentum: 1, multiplicity: 1)

  private func simulate(
    _ tracks: [SectorTrack], _ response: DriftTubeResponse, seed: UInt64 = 1
  ) -> DriftTubeEvents {
    var (events, workspace) = (DriftTubeEvents(), DriftTubeWorkspace())
    var stream = RandomStream(seed: seed)
    response.append(
      tracks, number: 0, truth: truth, stream: &stream, workspace: &workspace, to: &events)
    return events
  }

  private var ideal: DriftTubeResponse {
    var response = DriftTubeResponse()
    response.efficiency = 1
    response.resolution = 0
    response.backgroundRate = 0
    return response
  }

  @Test func theBarrelHasTwentyLayers() {
    let layers = DriftTubeGeometry.atlasBarrel.layers
    #expect(layers.count == 20)
    #expect(
      layers.map(\.station) == [Int](repeating: 0, count: 8) + [1, 1, 1, 1, 1, 1]
        + [2, 2, 2, 2, 2, 2])
    #expect(zip(layers, layers.dropFirst()).allSatisfy { $0.radius < $1.radius })
    // Close packing: wires of neighbouring layers of a multilayer are one pitch apart.
    let (a, b) = (layers[0], layers[1])
    #expect(abs(hypot(a.radius - b.radius, a.firstWire - b.firstWire) - 30.035) < 1e-9)
    // 333 tubes span 10.0 m.
    #expect(abs(DriftTubeGeometry.pitch * 333 - 10_000) < 2)
  }

  /// Without a field, a line z = t x crosses exactly the tubes whose gas it passes: by the distance
  /// of every wire to the line, all 6,660 of them.
  @Test(arguments: [0.0, 0.1, -0.35, 0.48, 1.7])
  func aStraightTrackHitsWhatItCrosses(slope: Double) {
    var response = ideal
    response.toroid.field = 0
    let geometry = response.geometry
    let z = 37.0
    let events = simulate(
      [SectorTrack(x: 0, y: 0, z: z, px: 10, py: 0, pz: 10 * slope, charge: 1)], response)
    var expected: [Int: Double] = [:]
    for (number, layer) in geometry.layers.enumerated() {
      for tube in 0..<333 {
        let wire = geometry.wire(layer: number, tube: tube)
        let distance = abs(z + slope * layer.radius - wire) / (1 + slope * slope).squareRoot()
        if distance <= DriftTubeGeometry.gasRadius { expected[number * 333 + tube] = distance }
      }
    }
    let found = events[0].map { Int(events.layers[$0]) * 333 + Int(events.tubes[$0]) }
    #expect(found == expected.keys.sorted())
    for (hit, place) in zip(events[0], found) {
      // Float keeps 24 bits of at most 14.6 mm; the line's z is good to 1e-11 mm.
      #expect(abs(Double(events.driftRadii[hit]) - expected[place]!) < 1e-6)
    }
    #expect(events.tracks.allSatisfy { $0 == 0 })
  }

  @Test func aDecayInsideTheInnerStationLeavesEarlierLayersEmpty() {
    let radius = 5000.0
    let events = simulate(
      [SectorTrack(x: radius, y: 0, z: 0, px: 50, py: 0, pz: 1, charge: 1)], ideal)
    let layers = ideal.geometry.layers
    #expect(events.layers.allSatisfy { layers[Int($0)].radius >= radius })
    #expect(events.layers.contains(4) && !events.layers.contains(3))
    // Out of the tubes' ends: nothing.
    #expect(
      simulate([SectorTrack(x: 0, y: 0, z: 0, px: 10, py: 5, pz: 0, charge: 1)], ideal)
        .layers.isEmpty)
  }

  /// Tubes hit over tubes crossed, and the spread of the radius, from 400 tracks.
  @Test func efficiencyAndResolutionAreTheGiven() {
    var smeared = DriftTubeResponse()
    smeared.backgroundRate = 0
    var (found, crossed, sum, count) = (0, 0, 0.0, 0)
    for index in 0..<400 {
      let track = SectorTrack(
        x: 0, y: 0, z: Double(index * 7), px: 100, py: 0, pz: 5, charge: 1)
      let (all, some) = (
        simulate([track], ideal), simulate([track], smeared, seed: UInt64(index))
      )
      crossed += all.layers.count
      found += some.layers.count
      var radii: [Int: Float] = [:]
      for hit in all[0] {
        radii[Int(all.layers[hit]) * 333 + Int(all.tubes[hit])] = all.driftRadii[hit]
      }
      for hit in some[0] {
        let exact = radii[Int(some.layers[hit]) * 333 + Int(some.tubes[hit])]!
        // Away from the wire and the wall, where the radius is folded or cut.
        guard exact > 1, exact < 14 else { continue }
        sum += Double((some.driftRadii[hit] - exact) * (some.driftRadii[hit] - exact))
        count += 1
      }
    }
    // Binomial and χ² errors, five of them.
    let error = (0.985 * 0.015 / Double(crossed)).squareRoot()
    #expect(crossed > 7000 && abs(Double(found) / Double(crossed) - 0.985) < 5 * error)
    let spread = (sum / Double(count)).squareRoot()
    #expect(abs(spread / 0.0817 - 1) < 5 / (2 * Double(count)).squareRoot())
  }

  @Test func backgroundHasItsOccupancyInEveryStation() {
    let response = DriftTubeResponse()
    var (events, workspace) = (DriftTubeEvents(), DriftTubeWorkspace())
    let count = 500
    for event in 0..<count {
      var stream = RandomStream(seed: 5).child(UInt64(event))
      response.append(
        [], number: event, truth: truth, stream: &stream, workspace: &workspace, to: &events)
    }
    // 1 − exp(−10 Hz/cm² × 3.0 cm × 267 cm × 1.3 µs) = 1.04 % in the inner station.
    #expect(abs(response.occupancy(layer: 0) - 0.0104) < 1e-4)
    for layer in 0..<20 {
      let (hits, trials) = (events.layers.count { $0 == layer }, Double(count * 333))
      let chance = response.occupancy(layer: layer)
      let error = (chance * (1 - chance) / trials).squareRoot()
      #expect(abs(Double(hits) / trials - chance) < 5 * error, "layer \(layer)")
    }
    #expect(events.tracks.allSatisfy { $0 == -1 })
    // The first and last tubes are hit as often as others.
    let edges = events.tubes.count { $0 == 0 || $0 == 332 }
    let mean = Double(events.tubes.count) * 2 / 333
    #expect(abs(Double(edges) - mean) < 5 * mean.squareRoot())
    let radius = events.driftRadii.reduce(0) { $0 + Double($1) } / Double(events.tubes.count)
    let sigma = DriftTubeGeometry.gasRadius / (12 * Double(events.tubes.count)).squareRoot()
    #expect(abs(radius - DriftTubeGeometry.gasRadius / 2) < 5 * sigma)
  }

  @Test func theFirstHitOfATubeIsKept() {
    let tracks = [0.0, 4, 9].map {
      SectorTrack(x: 0, y: 0, z: $0, px: 1e6, py: 0, pz: 0, charge: 1)
    }
    let together = simulate(tracks, ideal)
    var nearest: [Int: Float] = [:]
    for track in tracks {
      let alone = simulate([track], ideal)
      for hit in alone[0] {
        let place = Int(alone.layers[hit]) * 333 + Int(alone.tubes[hit])
        nearest[place] = min(nearest[place] ?? .infinity, alone.driftRadii[hit])
      }
    }
    let found = together[0].map { Int(together.layers[$0]) * 333 + Int(together.tubes[$0]) }
    #expect(found == nearest.keys.sorted())
    #expect(found.map { nearest[$0]! } == together.driftRadii)
  }

  @Test func particlesOfAFileReachTheirSector() {
    var particles = ParticleEvents()
    particles.beginEvent()
    particles.append(pdg: 13, pt: 20, eta: 0.1, phi: 2, mass: 0.1057, charge: -1, origin: .prompt)
    particles.append(pdg: 211, pt: 90, eta: 0.1, phi: 2, mass: 0.1396, charge: 1)
    particles.append(pdg: 22, pt: 50, eta: 0, phi: 2, mass: 0, charge: 0)
    particles.append(
      pdg: 211, pt: 5, eta: 0, phi: 2.1, mass: 0.1396, charge: 1,
      vertex: SIMD3(Float(4400 * cos(2.0)), Float(4400 * sin(2.0)), 0))
    particles.append(pdg: -13, pt: 15, eta: 0, phi: -1, mass: 0.1057, charge: 1)
    particles.append(pdg: 13, pt: .nan, eta: 0, phi: 2, mass: 0.1057, charge: -1)
    particles.beginEvent()
    var skipped = SkippedParticles()
    let (tracks, truth) = ideal.tracks(of: particles, event: 0, skipped: &skipped)
    #expect(tracks.count == 2 && truth.multiplicity == 2 && skipped.count == 1)
    #expect(skipped.first == "particle 5 of event 0 has a momentum or vertex that is not a number")
    // The muon leads: it flies along the sector's middle with 3 GeV less.
    let p = 20 * cosh(0.1) - 3
    #expect(abs(tracks[0].px - p / cosh(0.1)) < 1e-5 && abs(tracks[0].py) < 1e-5)
    // The pion was made behind the calorimeters, 0.1 off in azimuth.
    #expect(abs(tracks[1].x - 4400) < 0.01 && abs(tracks[1].y) < 0.01)
    #expect(abs(tracks[1].py - 5 * sin(0.1)) < 1e-5)
    let events = DriftTubeResponse().events(particles, seed: 3, skipped: &skipped)
    #expect(events.count == 2 && Set(events.tracks[events[0]]) == [-1, 0, 1])
    #expect(Set(events.tracks[events[1]]) == [-1])
    // The other sector, by its azimuth.
    let other = ideal.tracks(of: particles, event: 0, azimuth: -1, skipped: &skipped)
    #expect(other.tracks.count == 1 && other.tracks[0].charge == 1)
  }
}
