#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowDetectors
import WinnowEvents
import WinnowMetrics
import WinnowReconstruction

/// What a simulation of particle flow with pileup shows of itself, gathered block by block; memory
/// does not grow with the events.
///
///     var report = ParticleFlowReport(meanPileup: 140)
///     _ = try ParticleFlowResponse(seed: 1).run(
///       events: events, output: path, pileupLibrary: library, meanPileup: 140,
///       watch: { try report.add($0) })
///     try report.page(provenance).write(to: folder)
///
/// About 10 ms an event at 140 collisions, most of them jets of all candidates.
public struct ParticleFlowReport: Sendable {
  let meanPileup: Double
  var count = 0
  var objects = FlowObjects()
  var tracks = FlowTracks()
  /// Candidates of an event: tracks, photons, neutral hadrons, all; against the collisions.
  var candidates: [Profile]
  var candidatesPerEvent: Histogram
  var cleanCandidates = 0
  /// Candidates of each kind of the features.
  var kinds: [Int]
  /// Events with more candidates than the published code has places for.
  var overfull = 0
  var collisions: Histogram
  /// Of tracks, photons and neutral hadrons: η and ln pT.
  var etas: [Histogram]
  var momenta: [Histogram]
  /// PUPPI's weights: of neutral candidates mostly from the collision of interest, and of others.
  var weights: [Histogram]
  /// d0 and dz, mm, of tracks of the collision of interest and of pileup.
  var d0: [Histogram]
  var dz: [Histogram]
  var display: FlowDisplay?

  /// papers/3, section 4.1: candidates of an event that the published networks read.
  static let places = 9000

  public init(meanPileup: Double = 140) {
    self.meanPileup = meanPileup
    func bins(_ count: Int, _ low: Double, _ high: Double) -> Binning {
      try! Binning(count, from: low, to: high)
    }
    func two(_ binning: Binning) -> [Histogram] { [Histogram(binning), Histogram(binning)] }
    let spread = 4 * max(meanPileup, 1).squareRoot()
    candidates = (0..<4).map { _ in
      Profile(bins(10, max(meanPileup - spread, 0), meanPileup + spread))
    }
    candidatesPerEvent = Histogram(bins(45, 0, 18_000))
    kinds = FlowCandidates.kinds.map { _ in 0 }
    // Bins of as many whole numbers each.
    let step = max((spread / 12).rounded(), 1)
    let low = max((meanPileup - spread).rounded(), 0) - 0.5
    collisions = Histogram(bins(24, low, low + 24 * step))
    etas = (0..<3).map { _ in Histogram(bins(50, -5, 5)) }
    momenta = (0..<3).map { _ in Histogram(bins(50, -3, 4)) }
    weights = two(bins(20, 0, 1))
    d0 = two(bins(50, -1, 1))
    dz = two(bins(50, -10, 10))
  }

  /// Adds a block of events with PUPPI's weights.
  ///
  /// - Throws: ``EventError`` where the parts do not belong together, ``JetError`` or
  ///   ``ReconstructionError`` for momenta that are no numbers.
  public mutating func add(_ flow: SimulatedFlow) throws {
    guard flow.puppiWeights.count == flow.mixed.candidateCount,
      flow.generated.count == flow.mixed.count, flow.clean.count == flow.mixed.count
    else {
      throw EventError(
        "\(flow.generated.count) generated events, \(flow.mixed.count) with pileup, \(flow.clean.count) without and \(flow.puppiWeights.count) PUPPI weights of \(flow.mixed.candidateCount) candidates do not belong together; simulate them with weights"
      )
    }
    for event in 0..<flow.mixed.count {
      count += 1
      addCandidates(flow, event)
      tracks.add(flow.generated, flow.clean, event)
      let jets = try objects.add(flow, event)
      keepDisplay(flow, event, jets)
    }
  }

  private mutating func addCandidates(_ flow: SimulatedFlow, _ event: Int) {
    let (mixed, range) = (flow.mixed, flow.mixed[event])
    var numbers = [0, 0, 0]
    for candidate in range {
      let isTrack = mixed.charge[candidate] != 0
      let kind = isTrack ? 0 : mixed.pdg[candidate] == 22 ? 1 : 2
      numbers[kind] += 1
      kinds[FlowCandidates.kinds.firstIndex(of: abs(mixed.pdg[candidate])) ?? 0] += 1
      etas[kind].fill(Double(mixed.eta[candidate]))
      momenta[kind].fill(log(Double(mixed.pt[candidate])))
      let isHard = mixed.hardFraction[candidate] > 0.5
      if isTrack {
        d0[isHard ? 0 : 1].fill(Double(mixed.d0[candidate]))
        dz[isHard ? 0 : 1].fill(Double(mixed.dz[candidate]))
      } else {
        weights[isHard ? 0 : 1].fill(Double(flow.puppiWeights[candidate]))
      }
    }
    let pileup = Double(mixed.pileup[event])
    for kind in 0..<3 { candidates[kind].fill(pileup, Double(numbers[kind])) }
    candidates[3].fill(pileup, Double(range.count))
    candidatesPerEvent.fill(Double(range.count))
    collisions.fill(pileup)
    if range.count > Self.places { overfull += 1 }
    cleanCandidates += flow.clean[event].count
  }
}
