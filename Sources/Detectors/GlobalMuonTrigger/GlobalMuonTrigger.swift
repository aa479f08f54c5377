public import WinnowEvents
public import WinnowTensors

/// CMS's Level-1 muons in the barrel, for papers/4: muons are bent, slowed down and scattered on
/// their way through solenoid and yoke, leave segments in the drift tubes, and become the words
/// that the global muon trigger sends.
///
/// Every constant stands in ``BarrelConstants`` with its source. Only real muons in |η| < 0.83 make
/// words: no punch-through, no noise, no ghosts, no isolation. Each muon draws from a stream of its
/// own, so that neither order nor threads matter.
///
/// - Complexity: about a microsecond a muon; nothing is allocated for one.
public struct GlobalMuonTrigger: Sendable {
  let propagator: BarrelPropagator
  public let trackFinder: BarrelTrackFinder
  private let ziggurat = Ziggurat()

  /// Sends muons through the layers to make the track finder's tables, for about half a second.
  public init(layers: [BarrelLayer] = BarrelLayer.cms) {
    propagator = BarrelPropagator(layers)
    trackFinder = BarrelTrackFinder(propagator)
  }

  /// The CMS barrel, made once.
  public static let cms = GlobalMuonTrigger()

  /// The trigger's muon, `nil` where fewer than two usable stations see it.
  ///
  /// - Parameters:
  ///   - pt: GeV, greater than 0.
  ///   - phi: the direction, radian.
  ///   - charge: +1 or −1.
  ///   - vertex: where the muon was made, in mm; a decay in flight lies inside the detector.
  ///   - stream: drawn from in an order that depends on the muon; give each muon its own.
  @inline(__always)
  public func muon(
    pt: Double, eta: Double, phi: Double, charge: Int, vertex: SIMD3<Double> = .zero,
    _ stream: inout RandomStream
  ) -> TriggerMuon? {
    var crossings = StationCrossings(repeating: StationCrossing())
    let start = BarrelTrack(
      pt: pt, eta: eta, phi: phi, charge: charge < 0 ? -1 : 1, at: vertex)
    let reached = propagator.propagate(start, fluctuating: true, &stream, &crossings)
    if reached < 2 { return nil }
    let segments = BarrelSegments(crossings, reached: reached, ziggurat, &stream)
    return trackFinder.muon(segments)
  }

  /// The trigger's muons of generated events, in the order of the particles.
  ///
  /// - Parameters:
  ///   - firstEvent: the number of the first event in the sample; event `n` draws from the stream
  ///     of `n`, its particle `k` from that stream's child `k`.
  public func simulate(_ events: ParticleEvents, seed: UInt64, firstEvent: Int = 0)
    -> TriggerMuonEvents
  {
    var result = TriggerMuonEvents()
    let root = RandomStream(seed: seed, label: "global muon trigger")
    var parent = 0
    for event in 0..<events.count {
      let eventStream = root.child(UInt64(firstEvent + event))
      for (number, particle) in events[event].enumerated()
      where ParticleSpecies(events.pdg[particle]).isMuon {
        let (pt, eta) = (Double(events.pt[particle]), Double(events.eta[particle]))
        var (phi, vertex) = (Double(events.phi[particle]), SIMD3<Double>(events.vertices[particle]))
        guard pt > 0, pt.isFinite, eta.isFinite, phi.isFinite, (vertex * vertex).sum().isFinite,
          abs(events.charge[particle]) == 1
        else {
          result.skips.add(
            "event \(firstEvent + event) holds a muon with pT \(pt), η \(eta), φ \(phi), charge "
              + "\(events.charge[particle]), made at \(vertex)")
          continue
        }
        // Beyond |η| = 2 no path through the barrel's end passes two stations.
        if abs(eta) > 2 { continue }
        let charge = Int(events.charge[particle])
        var decay: FlightDecay?
        while parent < events.parents.count, events.parents.particles[parent] < particle {
          parent += 1
        }
        if parent < events.parents.count, events.parents.particles[parent] == particle {
          let bent = FlightDecay(
            parent: events.parents.hadrons[parent], charge: charge, phi: phi, place: vertex)
          (phi, vertex, decay) = (bent.phi, bent.place, bent)
        }
        var stream = eventStream.child(UInt64(number))
        guard
          let muon = muon(
            pt: pt, eta: eta, phi: phi, charge: charge, vertex: vertex, &stream)
        else { continue }
        let offline =
          decay.map { OfflineMuon($0, pt: pt, eta: eta, charge: charge, &stream) }
          ?? OfflineMuon(pt: pt, eta: eta, phi: phi, charge: charge, vertex: vertex, &stream)
        result.muons.append(muon)
        result.offline.append(offline)
        result.particles.append(particle)
      }
      result.offsets.append(result.muons.count)
    }
    return result
  }
}
