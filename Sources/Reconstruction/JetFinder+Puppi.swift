import WinnowEvents
public import WinnowFastJet

extension JetFinder {
  /// The jets of candidates scaled by their weights; those of weight 0 are left out.
  ///
  /// - Throws: ``ReconstructionError`` for weights that are not as many as candidates, and as
  ///   `jets(of:event:)`.
  public func jets(of candidates: [PuppiCandidate], weights: [Double], event: Int = 0) throws
    -> WeightedJets
  {
    guard weights.count == candidates.count else {
      throw ReconstructionError(
        "event \(event) has \(candidates.count) candidates and \(weights.count) weights; give one for each"
      )
    }
    let kept = candidates.indices.filter { weights[$0] != 0 }
    let momenta = kept.map { index in
      let candidate = candidates[index]
      return weights[index]
        * FourMomentum(
          pt: candidate.pt, eta: candidate.eta, phi: candidate.phi, mass: candidate.mass)
    }
    return WeightedJets(jets: try jets(of: momenta, event: event), candidates: kept)
  }
}

/// Jets of some of an event's candidates.
public struct WeightedJets: Sendable, Hashable {
  public var jets: Jets
  /// The candidates that were clustered, in the order that the jets' constituents count.
  public var candidates: [Int]

  /// The candidates of a jet.
  public func candidates(of jet: Int) -> [Int] {
    jets.constituents(of: jet).map { candidates[Int($0)] }
  }
}
