#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents
import WinnowTensors

/// Trigger muons against their offline muons, as papers/4 selects and compares them.
///
/// Selected are trigger muons from 2.5 to below 45 GeV that lie within √(Δη² + Δφ²) < 0.1 of the
/// offline muon taken to the second station. 2.5 GeV itself, the track finder's lowest value, is
/// in: with steps of 0.5 GeV the paper's "between 2.5 and 3 GeV" can mean nothing else.
public struct MuonResiduals: Sendable {
  /// φ and η at the vertex, trigger less offline.
  public private(set) var phi: [Double] = []
  public private(set) var eta: [Double] = []
  /// (pT − pT offline)/pT offline
  public private(set) var relativePt: [Double] = []
  /// Where each stands among the muons given.
  public private(set) var muons: [Int] = []
  /// Of the offline muons, GeV.
  public private(set) var offlinePt: [Double] = []
  /// Selected muons whose charge is wrong.
  public private(set) var wrongCharges = 0
  /// Muons left out, for pT and for the distance.
  public private(set) var (outOfRange, unmatched) = (0, 0)

  public init(_ events: TriggerMuonEvents, _ trigger: GlobalMuonTrigger) {
    var stream = RandomStream(seed: 0)
    var crossings = StationCrossings(repeating: StationCrossing())
    for (number, (muon, offline)) in zip(events.muons, events.offline).enumerated() {
      guard muon.pt >= 2.5, muon.pt < 45 else {
        outOfRange += 1
        continue
      }
      let start = BarrelTrack(
        pt: offline.pt, eta: offline.eta, phi: offline.phi, charge: Double(offline.charge),
        at: offline.vertex)
      let reached = trigger.propagator.propagate(
        start, fluctuating: false, &stream, &crossings)
      let etaThere = asinh(crossings[1].z / BarrelConstants.stationRadii[1])
      guard reached > 1,
        deltaR(
          etaThere, wrapped(crossings[1].phi), TriggerMuon.etaStep * Double(muon.etaAtStation),
          wrapped(TriggerMuon.phiStep * Double(muon.phiAtStation))) < 0.1
      else {
        unmatched += 1
        continue
      }
      muons.append(number)
      offlinePt.append(offline.pt)
      phi.append(deltaPhi(muon.azimuth, offline.phi))
      eta.append(muon.pseudorapidity - offline.eta)
      relativePt.append((muon.pt - offline.pt) / offline.pt)
      if muon.charge != offline.charge { wrongCharges += 1 }
    }
  }
}
