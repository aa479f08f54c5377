import WinnowDetectors
import WinnowEvents
import WinnowMetrics

/// Tracks of the events without pileup against the generated charged hadrons.
struct FlowTracks: Sendable {
  /// Found, against pT in three ranges of |η|, and against |η| above 1 GeV.
  var efficiencies: [TurnOn]
  var efficiencyAcross: TurnOn
  /// pT over the generated one about 1 GeV and about 10 GeV, against |η|.
  var momenta: [ResponseBins]
  /// d0 and dz of prompt tracks below |η| 1 against pT, µm.
  var d0: ResponseBins
  var dz: ResponseBins

  static let edges = [0, 1.2, 2.5, 4.0]
  static let momentumRanges = [0.8...1.25, 7.0...14]

  init() {
    let pt = try! Binning(edges: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10, 20, 50])
    efficiencies = (0..<3).map { _ in TurnOn(pt) }
    efficiencyAcross = TurnOn(try! Binning(22, from: 0, to: 4.4))
    let rings = try! Binning(10, from: 0, to: 4)
    momenta = Self.momentumRanges.map { _ in ResponseBins(rings, values: 0.5...1.5, cells: 1500, fewest: 25) }
    let impact = try! Binning(edges: [0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 5, 8, 15, 40])
    (d0, dz) = (
      ResponseBins(impact, values: -1500...1500, cells: 1500, fewest: 25),
      ResponseBins(impact, values: -1500...1500, cells: 1500, fewest: 25)
    )
  }

  /// Directions are measured to 0.003; a track of the same charge ten errors away is another's.
  private static let farthest = 0.03

  mutating func add(_ generated: ParticleEvents, _ clean: FlowCandidates, _ event: Int) {
    let tracks = clean[event].filter { clean.charge[$0] != 0 }
    var isUsed = Set<Int>()
    for particle in generated[event] where [211, 321, 2212].contains(abs(generated.pdg[particle])) {
      let vertex = generated.vertices[particle]
      let (pt, eta) = (Double(generated.pt[particle]), Double(generated.eta[particle]))
      let phi = Double(generated.phi[particle])
      let away = (vertex.x * vertex.x + vertex.y * vertex.y).squareRoot()
      guard away < 10, abs(vertex.z) < 100, abs(eta) < 4.4 else { continue }
      var best: (track: Int, distance: Double)?
      for track in tracks
      where clean.charge[track] == generated.charge[particle] && !isUsed.contains(track)
        && abs(clean.pdg[track]) == abs(generated.pdg[particle])
      {
        let along = Double(clean.eta[track]) - eta
        guard abs(along) < Self.farthest else { continue }
        let around = deltaPhi(Double(clean.phi[track]), phi)
        let distance = (along * along + around * around).squareRoot()
        if distance < min(best?.distance ?? .infinity, Self.farthest) { best = (track, distance) }
      }
      if let region = Self.edges.dropFirst().firstIndex(where: { abs(eta) < $0 }) {
        efficiencies[region - 1].fill(pt, passes: best != nil)
      }
      if pt > 1 { efficiencyAcross.fill(abs(eta), passes: best != nil) }
      guard let track = best?.track else { continue }
      isUsed.insert(track)
      for (place, range) in Self.momentumRanges.enumerated() where range.contains(pt) {
        momenta[place].fill(abs(eta), Double(clean.pt[track]) / pt)
      }
      if away < 0.001, abs(vertex.z) < 0.001, abs(eta) < 1 {
        d0.fill(pt, 1000 * Double(clean.d0[track]))
        dz.fill(pt, 1000 * Double(clean.dz[track]))
      }
    }
  }
}
