#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowEvents
import WinnowFastJet
import WinnowMetrics
import WinnowReconstruction

/// Jets and missing momentum of events against the generated ones, by collection.
struct FlowObjects: Sendable {
  /// pT over the generated jet's within |η| 2.5, in bins of the latter.
  var jets: [ResponseBins]
  /// papers/3: (E − E_gen)/E_gen of all jets above 15 GeV; one bin.
  var jetEnergies: [ResponseBins]
  /// (X − X_gen)/X_gen of missing momentum; one bin.
  var missing: [ResponseBins]
  /// Either component of missing momentum less the generated one, GeV; one bin.
  var components: [ResponseBins]
  /// GeV; the generated one last.
  var missingMomenta: [Histogram]
  var responses: [Histogram]
  private(set) var generatedJets = 0
  private let finder: JetFinder?
  private let found: JetFinder?
  private let matching: JetMatching

  /// papers/3, section 3.
  static let leastJet = 15.0
  /// Below, the ratio to the generated missing momentum tells nothing; our choice.
  static let leastMissing = 10.0
  static let jetEdges = [15.0, 20, 30, 40, 60, 90, 140, 250]

  init() {
    let one = try! Binning(1, from: 0, to: 1e9)
    func each(_ binning: Binning, _ low: Double, _ high: Double) -> [ResponseBins] {
      FlowCollection.allCases.map { _ in ResponseBins(binning, values: low...high, cells: 1500, fewest: 25) }
    }
    jets = each(try! Binning(edges: Self.jetEdges), 0, 4)
    jetEnergies = each(one, -1, 4)
    missing = each(one, -1, 8)
    components = each(one, -150, 150)
    let momenta = Histogram(try! Binning(20, from: 0, to: 200))
    missingMomenta = Array(repeating: momenta, count: FlowCollection.allCases.count + 1)
    responses = FlowCollection.allCases.map { _ in Histogram(try! Binning(30, from: 0, to: 3)) }
    finder = try? JetFinder(JetDefinition(radius: 0.4, minimumPt: Self.leastJet))
    // Lower, so that a jet that is measured low is not lost.
    found = try? JetFinder(JetDefinition(radius: 0.4, minimumPt: 5))
    matching = try! JetMatching(distance: 0.4)
  }

  var hasJets: Bool { finder != nil }

  /// - Returns: the generated jets.
  mutating func add(_ flow: SimulatedFlow, _ event: Int) throws -> [FourMomentum] {
    let truth = try generated(flow.generated, event)
    if truth.missing.pt > 0 { missingMomenta[FlowCollection.allCases.count].fill(truth.missing.pt) }
    for (place, collection) in FlowCollection.allCases.enumerated() {
      let momenta = collection.momenta(flow, event)
      let missing = try MissingMomentum(momenta, event: flow.firstEvent + event)
      missingMomenta[place].fill(missing.pt)
      components[place].fill(0.5, missing.px - truth.missing.px)
      components[place].fill(0.5, missing.py - truth.missing.py)
      if truth.missing.pt > Self.leastMissing {
        let response = missing.pt / truth.missing.pt
        self.missing[place].fill(0.5, response - 1)
        responses[place].fill(response)
      }
      guard let found, !truth.jets.isEmpty else { continue }
      let jets = try found.jets(of: momenta, event: flow.firstEvent + event).momenta
      for match in matching.matches(jets, to: truth.jets) {
        let (jet, wanted) = (jets[match.reconstructed], truth.jets[match.truth])
        if abs(wanted.eta) < 2.5 { self.jets[place].fill(wanted.pt, jet.pt / wanted.pt) }
        jetEnergies[place].fill(0.5, jet.e / wanted.e - 1)
      }
    }
    generatedJets += truth.jets.count
    return truth.jets
  }

  /// Jets of visible particles within |η| 5, and the sum of the invisible ones. Jets more than half
  /// of whose pT is one electron or muon are left out: those of W and top are no jets.
  private func generated(_ events: ParticleEvents, _ event: Int) throws
    -> (jets: [FourMomentum], missing: (px: Double, py: Double, pt: Double))
  {
    var (visible, isLepton): ([FourMomentum], [Bool]) = ([], [])
    var missing = FourMomentum.zero
    for particle in events[event] {
      let momentum = events.momentum(particle)
      let species = ParticleSpecies(events.pdg[particle])
      if events.origin[particle].contains(.invisible) || species.isNeutrino {
        missing += momentum
      } else if momentum.e.isFinite, abs(events.eta[particle]) < 5 {
        visible.append(momentum)
        isLepton.append(species.isElectron || species.isMuon)
      }
    }
    var chosen: [FourMomentum] = []
    if let finder {
      let jets = try finder.jets(of: visible, event: event)
      for jet in 0..<jets.count where abs(jets.momenta[jet].eta) < 4.7 {
        let half = 0.5 * jets.momenta[jet].pt
        let isOfLepton = jets.constituents(of: jet).contains {
          isLepton[Int($0)] && visible[Int($0)].pt > half
        }
        if !isOfLepton { chosen.append(jets.momenta[jet]) }
      }
    }
    return (chosen, (missing.px, missing.py, missing.pt))
  }
}
