import Foundation
import Testing
import WinnowDetectors
import WinnowEvents
import WinnowReconstruction
import WinnowTensors

@testable import Winnow

@Suite struct ParticleFlowRunTests {
  /// Events of a hard pion beside two photons of 5 GeV, and of soft particles.
  private static func events(_ count: Int, hard: Bool) -> ParticleEvents {
    var (events, stream) = (ParticleEvents(), RandomStream(seed: hard ? 1 : 2))
    for _ in 0..<count {
      events.beginEvent()
      if hard {
        events.append(pdg: 211, pt: 30, eta: 0.5, phi: 1, mass: 0.1396, charge: 1)
        events.append(pdg: 22, pt: 5, eta: 0.55, phi: 1.05, mass: 0, charge: 0)
        events.append(pdg: 13, pt: 40, eta: -1, phi: -2, mass: 0.1057, charge: -1)
      }
      for index in 0..<20 {
        let isCharged = index % 2 == 0
        events.append(
          pdg: isCharged ? 211 : 22, pt: Float(0.3 - 0.7 * log(1 - stream.uniform())),
          eta: Float(8 * stream.uniform() - 4), phi: Float(6.2 * stream.uniform() - 3.1),
          mass: isCharged ? 0.1396 : 0, charge: isCharged ? 1 : 0)
      }
    }
    return events
  }

  /// The file always holds the 16 features, and the block that is watched is what is written.
  @Test func theFileHoldsTheFeatures() throws {
    let folder = NSTemporaryDirectory() + "winnow-run-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.events(60, hard: true).write(to: folder + "/hard.npz")
    try Self.events(60, hard: false).write(to: folder + "/soft.npz")
    var (weights, numbers): ([Float], [Int]) = ([], [])
    let result = try ParticleFlowResponse(seed: 1).run(
      events: folder + "/hard.npz", output: folder + "/flow.h5",
      pileupLibrary: folder + "/soft.npz", meanPileup: 10,
      watch: {
        weights += $0.puppiWeights
        numbers.append($0.firstEvent)
      })
    #expect(result.written == 60 && numbers == [0, 50])
    let file = try HDF5File(contentsOf: folder + "/flow.h5")
    let features = try file.dataset("features")
    let mixed = try ParticleFlowFile(folder + "/flow.h5").read(0..<60)
    #expect(features.shape == [mixed.candidateCount, 16])
    let rows: [Float] = try features.values(rows: 0..<mixed.candidateCount)
    #expect(stride(from: 5, to: rows.count, by: 16).map { rows[$0] } == weights)
    // Tracks have the weight of their vertex, muons among them.
    for candidate in 0..<mixed.candidateCount where mixed.charge[candidate] != 0 {
      #expect(weights[candidate] == (mixed.hardFraction[candidate] > 0 ? 1 : 0))
    }
  }

  /// A photon beside a hard track is kept, soft ones elsewhere are not; a lepton counts as no
  /// neighbour.
  @Test func neighboursDecide() throws {
    var candidates = FlowCandidates()
    func add(_ pt: Float, _ eta: Float, _ phi: Float, _ charge: Int8, _ pdg: Int32, _ hard: Float) {
      candidates.pt.append(pt)
      candidates.eta.append(eta)
      candidates.phi.append(phi)
      candidates.energy.append(pt)
      candidates.charge.append(charge)
      candidates.pdg.append(pdg)
      candidates.hardFraction.append(hard)
    }
    add(30, 0, 0, 1, 211, 1)
    add(30, 0, 2, -1, 13, 1)
    add(20, 0, -2, -1, 11, 0)
    for index in 0..<40 { add(1, Float(index % 8) * 0.3 - 1.1, Float(index) * 0.15 - 3, 1, 211, 0) }
    // Pileup tracks have a hard neighbour somewhere, so that α has a median.
    for index in 0..<40 {
      add(1, Float(index % 8) * 0.3 - 1.1, Float(index) * 0.15 - 2.95, 1, 211, 1)
    }
    add(5, 0.05, 0.05, 0, 22, 1)
    add(5, 0.05, 2.05, 0, 22, 1)
    candidates.offsets.append(candidates.pt.count)
    candidates.pileup = [10]
    let weights = try candidates.puppiWeights(Puppi(.delphesPhase2), event: 0)
    #expect(weights.prefix(3) == [1, 1, 0] && weights.count == 85)
    #expect(weights[83] > 0.9 && weights[84] < 0.9)
  }
}
