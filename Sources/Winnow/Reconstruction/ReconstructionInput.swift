#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowEvents
import WinnowReconstruction

/// A particle or candidate as reconstruction takes it.
struct ReconstructionParticle: Sendable {
  var momentum: FourMomentum
  var pdg: Int32
  var charge: Int8
  var vertex: PuppiCandidate.Vertex

  /// With the mass of its species for PUPPI's rapidity, whatever the calorimeter says of its energy.
  var puppiCandidate: PuppiCandidate {
    let mass = charge == 0 ? 0 : ParticleSpecies(pdg).stableMass ?? 0
    return PuppiCandidate(
      pt: momentum.pt, eta: momentum.eta, phi: momentum.phi, mass: mass, vertex: vertex,
      isPhoton: pdg == 22)
  }
}

/// One event with what is known to be true of it.
struct ReconstructionEvent: Sendable {
  var particles: [ReconstructionParticle]
  /// `nil`: nothing better than `particles` is known.
  var trueParticles: [ReconstructionParticle]?
  /// x and y of the sum of invisible particles, GeV.
  var invisible: SIMD2<Double>
  /// Collisions in the crossing.
  var collisions = 1
  /// Of the generated event.
  var weight = 1.0
}

/// Events of a file, in blocks.
struct ReconstructionInput {
  let count: Int
  private let flow: ParticleFlowFile?
  private let generated: ParticleEventFile?
  /// Generated particles of a code that names no stable particle.
  private(set) var skipped = SkippedParticles()

  /// - Throws: ``EventError`` or `TensorFileError` for a file that is missing, damaged or of another
  ///   layout, and for a truth of other events.
  init(_ path: String, truth: String?) throws {
    if try EventFile.columnNames(of: path).contains("hard_fraction") {
      let file = try ParticleFlowFile(path)
      (flow, count) = (file, file.count)
      generated = try truth.map { try ParticleEventFile($0) }
      if let generated, generated.count != count {
        throw EventError(
          "'\(path)' has \(count) events and '\(generated.path)' \(generated.count); give the events that were simulated"
        )
      }
      return
    }
    if let truth {
      throw EventError(
        "'\(path)' holds generated particles, their own truth; '\(truth)' belongs beside particle-flow events"
      )
    }
    let file = try ParticleEventFile(path)
    (flow, generated, count) = (nil, file, file.count)
  }

  var knowsPileup: Bool { flow != nil }
  var hasTrueJets: Bool { flow != nil }
  var blockSize: Int { flow != nil ? 25 : 1000 }

  mutating func read(_ events: Range<Int>) throws -> [ReconstructionEvent] {
    let particles = try generated?.read(events)
    guard let flow else { return particles.map { generatedEvents($0, events) } ?? [] }
    let (mixed, clean) = (try flow.read(events), try flow.read(events, withPileup: false))
    let invisible = try flow.generatedMissingMomentum(events)
    let weights = try flow.weights(events)
    return try (0..<events.count).map { event in
      let hidden = SIMD2(Double(invisible[event].x), Double(invisible[event].y))
      if let particles, let generated {
        // Both are sums of the same rounded momenta.
        let truth = Self.invisible(particles, event)
        let apart = truth - hidden
        guard (apart * apart).sum().squareRoot() < 0.1 else {
          throw EventError(
            "event \(events.lowerBound + event) of '\(generated.path)' has invisible particles of (\(truth.x), \(truth.y)) GeV, that of '\(flow.path)' (\(hidden.x), \(hidden.y)); give the events that were simulated"
          )
        }
      }
      return ReconstructionEvent(
        particles: mixed[event].map { Self.particle($0, mixed) },
        trueParticles: particles.map { visible($0, event, number: events.lowerBound + event) }
          ?? clean[event].map { Self.particle($0, clean) },
        invisible: hidden, collisions: mixed.pileup[event] + 1, weight: weights[event])
    }
  }

  private mutating func generatedEvents(
    _ events: ParticleEvents, _ numbers: Range<Int>
  ) -> [ReconstructionEvent] {
    (0..<events.count).map { event in
      ReconstructionEvent(
        particles: visible(events, event, number: numbers.lowerBound + event), trueParticles: nil,
        invisible: Self.invisible(events, event), weight: events.weights[event])
    }
  }

  private static func isInvisible(_ particle: Int, _ events: ParticleEvents) -> Bool {
    events.origin[particle].contains(.invisible)
      || ParticleSpecies(events.pdg[particle]).isNeutrino
  }

  private static func invisible(_ events: ParticleEvents, _ event: Int) -> SIMD2<Double> {
    let sum = events[event].filter { isInvisible($0, events) }.map { events.momentum($0) }.sum
    return SIMD2(sum.px, sum.py)
  }

  private mutating func visible(
    _ events: ParticleEvents, _ event: Int, number: Int
  ) -> [ReconstructionParticle] {
    var particles: [ReconstructionParticle] = []
    for particle in events[event] where !Self.isInvisible(particle, events) {
      let species = ParticleSpecies(events.pdg[particle])
      guard species.leavesSignals else {
        skipped.add("code \(species.pdg) in event \(number), which names no stable particle")
        continue
      }
      particles.append(
        ReconstructionParticle(
          momentum: events.momentum(particle), pdg: events.pdg[particle],
          charge: events.charge[particle],
          vertex: events.charge[particle] == 0 ? .unknown : .leading))
    }
    return particles
  }

  private static func particle(_ candidate: Int, _ events: FlowCandidates)
    -> ReconstructionParticle
  {
    let (pt, eta) = (Double(events.pt[candidate]), Double(events.eta[candidate]))
    var momentum = FourMomentum(pt: pt, eta: eta, phi: Double(events.phi[candidate]), mass: 0)
    // The calorimeter's energy; what rounding takes below the momentum is no mass.
    momentum.e = max(momentum.e, Double(events.energy[candidate]))
    let flag = events.vertexFlag(candidate)
    return ReconstructionParticle(
      momentum: momentum, pdg: events.pdg[candidate], charge: events.charge[candidate],
      vertex: flag < 0 ? .unknown : flag == 1 ? .leading : .pileup)
  }
}
