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
}

/// Events of a file, in blocks.
struct ReconstructionInput {
  let count: Int
  private let flow: ParticleFlowFile?
  private let generated: ParticleEventFile?

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

  func read(_ events: Range<Int>) throws -> [ReconstructionEvent] {
    let particles = try generated?.read(events)
    guard let flow else { return particles.map(Self.events) ?? [] }
    let (mixed, clean) = (try flow.read(events), try flow.read(events, withPileup: false))
    let invisible = try flow.generatedMissingMomentum(events)
    return (0..<events.count).map { event in
      ReconstructionEvent(
        particles: mixed[event].map { Self.particle($0, mixed) },
        trueParticles: particles.map { Self.visible($0, event) }
          ?? clean[event].map { Self.particle($0, clean) },
        invisible: SIMD2(Double(invisible[event].x), Double(invisible[event].y)),
        collisions: mixed.pileup[event] + 1)
    }
  }

  private static func events(_ events: ParticleEvents) -> [ReconstructionEvent] {
    (0..<events.count).map { event in
      let hidden = events[event].filter { !isVisible($0, events) }.map { events.momentum($0) }.sum
      return ReconstructionEvent(
        particles: visible(events, event), trueParticles: nil, invisible: SIMD2(hidden.px, hidden.py))
    }
  }

  private static func isVisible(_ particle: Int, _ events: ParticleEvents) -> Bool {
    !events.origin[particle].contains(.invisible)
      && !ParticleSpecies(events.pdg[particle]).isNeutrino
  }

  private static func visible(_ events: ParticleEvents, _ event: Int) -> [ReconstructionParticle] {
    events[event].filter { isVisible($0, events) }.map {
      ReconstructionParticle(
        momentum: events.momentum($0), pdg: events.pdg[$0], charge: events.charge[$0],
        vertex: events.charge[$0] == 0 ? .unknown : .leading)
    }
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
