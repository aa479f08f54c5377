import WinnowEvents
import WinnowFastJet
import WinnowReconstruction

/// What is found in one event.
struct ReconstructedEvent: Sendable {
  /// A jet, with the true one that it is paired with.
  struct Jet: Sendable {
    var momentum: FourMomentum
    var area: Double
    var constituents: Int
    var pair: Int?
  }

  struct Lepton: Sendable {
    var momentum: FourMomentum
    var pdg: Int32
  }

  /// In falling pT, down to a part of the threshold.
  var jets: [Jet] = []
  var trueJets: [Jet] = []
  var leptons: [Lepton] = []
  var missing = MissingMomentum()
  /// Of the same event without pileup, where it is known.
  var trueMissing: MissingMomentum?
  /// x and y of the sum of invisible particles, GeV.
  var invisible: SIMD2<Double> = .zero
  /// Of the generated event.
  var weight = 1.0
}

/// Reconstructs events one by one.
struct EventReconstructionStep: Sendable {
  private let settings: EventReconstruction
  private let finder: JetFinder
  private let puppi: Puppi?
  private let matching: JetMatching
  private let overlap: OverlapRemoval?

  init(_ settings: EventReconstruction) throws {
    self.settings = settings
    var definition = settings.jets
    definition.minimumPt *= EventReconstruction.pairingFraction
    finder = try JetFinder(definition, areas: settings.areas)
    puppi = try settings.puppi.map(Puppi.init)
    matching = try JetMatching(distance: settings.matching)
    overlap = settings.overlap > 0 ? try OverlapRemoval(distance: settings.overlap) : nil
  }

  func reconstruct(_ event: ReconstructionEvent, number: Int) throws -> ReconstructedEvent {
    var found = ReconstructedEvent()
    (found.invisible, found.weight) = (event.invisible, event.weight)
    let weights = try self.weights(event, number: number)
    found.missing = try MissingMomentum(
      event.particles.map(\.momentum), weights: weights, event: number)
    found.leptons = leptons(event.particles)
    found.jets = try jets(event.particles, weights, found.leptons, number: number)
    guard let truth = event.trueParticles else { return found }
    found.trueMissing = try MissingMomentum(truth.map(\.momentum), event: number)
    found.trueJets = try jets(truth, nil, leptons(truth), number: number)
    let matches = matching.matches(
      found.jets.map(\.momentum), to: found.trueJets.map(\.momentum))
    for match in matches {
      found.jets[match.reconstructed].pair = match.truth
      found.trueJets[match.truth].pair = match.reconstructed
    }
    return found
  }

  /// Of the particles, where settings weigh any.
  ///
  /// With Delphes' settings electrons and muons are left out of the sums and count by their vertex,
  /// as in its card; see `FlowCandidates.puppiWeights`.
  private func weights(_ event: ReconstructionEvent, number: Int) throws -> [Double]? {
    guard let puppi else { return nil }
    let vertices = Int(EventReconstruction.vertexFraction * Double(event.collisions))
    let leavesLeptonsOut = puppi.parameters.name == PuppiParameters.delphesPhase2.name
    let weighed = event.particles.indices.filter {
      !leavesLeptonsOut || ![11, 13].contains(abs(event.particles[$0].pdg))
    }
    let found = try puppi.weights(
      weighed.map { event.particles[$0].puppiCandidate }, vertices: vertices, event: number)
    var weights = event.particles.map { $0.vertex == .leading ? 1.0 : 0 }
    for (place, weight) in zip(weighed, found) { weights[place] = weight }
    return weights
  }

  private func jets(
    _ particles: [ReconstructionParticle], _ weights: [Double]?,
    _ leptons: [ReconstructedEvent.Lepton], number: Int
  ) throws -> [ReconstructedEvent.Jet] {
    let inputs: [FourMomentum] =
      if let weights {
        particles.indices.lazy.filter { weights[$0] != 0 }.map { weights[$0] * particles[$0].momentum }
      } else {
        particles.map(\.momentum)
      }
    let jets = try finder.jets(of: inputs, event: number)
    let kept =
      overlap?.kept(jets.momenta, preferring: leptons.map(\.momentum)) ?? Array(jets.momenta.indices)
    return kept.filter { abs(jets.momenta[$0].eta) <= settings.maximumEta }.map {
      ReconstructedEvent.Jet(
        momentum: jets.momenta[$0], area: jets.areas.isEmpty ? 0 : jets.areas[$0],
        constituents: jets.constituents(of: $0).count)
    }
  }

  /// Electrons and muons of the leading vertex with few of its tracks around them.
  private func leptons(_ particles: [ReconstructionParticle]) -> [ReconstructedEvent.Lepton] {
    let (fraction, distance) = EventReconstruction.isolation
    let found = particles.indices.filter {
      [11, 13].contains(abs(particles[$0].pdg)) && particles[$0].vertex == .leading
        && particles[$0].momentum.pt >= settings.leptonPt
    }
    return found.compactMap { lepton in
      let momentum = particles[lepton].momentum
      let (eta, phi, pt) = (momentum.eta, momentum.phi, momentum.pt)
      var around = 0.0
      for (other, particle) in particles.enumerated()
      where other != lepton && particle.charge != 0 && particle.vertex == .leading {
        let it = particle.momentum
        if deltaR(eta, phi, it.eta, it.phi) < distance { around += it.pt }
      }
      return around < fraction * pt
        ? ReconstructedEvent.Lepton(momentum: momentum, pdg: particles[lepton].pdg) : nil
    }.sorted { $0.momentum.pt > $1.momentum.pt }
  }
}
