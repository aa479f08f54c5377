public import WinnowDetectors
public import WinnowReconstruction

extension FlowCandidates {
  /// PUPPI's weights of an event's candidates.
  ///
  /// As in Delphes' card, electrons and muons are left out of the sums over neighbours and keep
  /// weight 1 or 0 by their vertex, and 70 % of the collisions count as found vertices. Tracks have
  /// their true vertex (``vertexFlag(_:)``).
  ///
  /// - Throws: ``ReconstructionError`` for a momentum that is no number.
  /// - Reference: delphes/delphes, `CMS_PhaseII_200PU_v04.tcl` (LeptonFilterNoLep, RunPUPPIMerger);
  ///   `modules/RunPUPPI.cc` for the 70 %.
  public func puppiWeights(_ puppi: Puppi, event: Int) throws -> [Float] {
    let range = self[event]
    var weights = [Float](repeating: 0, count: range.count)
    var (candidates, places): ([PuppiCandidate], [Int]) = ([], [])
    candidates.reserveCapacity(range.count)
    places.reserveCapacity(range.count)
    for candidate in range {
      let flag = vertexFlag(candidate)
      if [11, 13].contains(abs(pdg[candidate])) {
        weights[candidate - range.lowerBound] = flag == 1 ? 1 : 0
        continue
      }
      candidates.append(
        PuppiCandidate(
          pt: Double(pt[candidate]), eta: Double(eta[candidate]), phi: Double(phi[candidate]),
          vertex: flag == 1 ? .leading : flag == 0 ? .pileup : .unknown,
          isPhoton: pdg[candidate] == 22))
      places.append(candidate - range.lowerBound)
    }
    let found = try puppi.weights(
      candidates, vertices: Int(0.7 * Double(pileup[event] + 1)), event: event)
    for (place, weight) in zip(places, found) { weights[place] = Float(weight) }
    return weights
  }
}
