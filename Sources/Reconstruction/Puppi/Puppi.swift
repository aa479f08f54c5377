/// Pileup-per-particle identification: a weight from 0 (pileup) to 1 (leading vertex) for each
/// candidate of an event.
public struct Puppi: Sendable, Hashable {
  public let parameters: PuppiParameters

  /// - Throws: ``ReconstructionError`` for settings that cannot be meant.
  public init(_ parameters: PuppiParameters) throws {
    try parameters.validate()
    self.parameters = parameters
  }

  /// The candidates' weights.
  ///
  /// Charged candidates get 1 or 0 by their vertex. Where no pileup is there to learn from, the
  /// others get 1 before the cuts.
  ///
  /// - Parameters:
  ///   - vertices: how many were reconstructed; raises the cut on neutrals.
  ///   - event: its number, which names it in errors.
  /// - Throws: ``ReconstructionError`` for a momentum that is no number or negative.
  /// - Complexity: O(candidates × candidates in a cone's surroundings).
  public func weights(_ candidates: [PuppiCandidate], vertices: Int, event: Int = 0) throws
    -> [Double]
  {
    try PuppiCandidate.check(candidates, event: event)
    let field = PuppiField(candidates, parameters)
    let pileup = parameters.regions.indices.map { field.statistics(of: $0) }
    return candidates.indices.map { index in
      switch candidates[index].vertex {
      case .leading: 1
      case .pileup: 0
      case .unknown: weight(index, candidates[index], field, pileup, vertices)
      }
    }
  }

  private func weight(
    _ index: Int, _ candidate: PuppiCandidate, _ field: PuppiField,
    _ statistics: [PileupStatistics?], _ vertices: Int
  ) -> Double {
    guard let place = parameters.region(abs(candidate.eta)) else { return parameters.weightOutside }
    let region = parameters.regions[place]
    var weight = 1.0
    if let pileup = statistics[place] {
      let median = pileup.median * region.medianScale
      let width = pileup.width * region.widthScale
      let alpha = field.alpha(of: index, in: place)
      // Nobody near: as much like pileup as its median.
      let excess = alpha == 0 ? 0 : alpha - median
      weight = ChiSquare.cumulative(excess * abs(excess) / (width * width))
    }
    let cut = region.neutralCut + region.neutralCutPerVertex * Double(vertices)
    if weight * candidate.pt < cut { weight = 0 }
    if candidate.isPhoton, let least = parameters.protectedPhotonPt, candidate.pt > least,
      abs(candidate.eta) < 2.5
    {
      weight = 1
    } else if let ramp = parameters.neutralRamp {
      weight = min(max((candidate.pt - ramp.start) / (ramp.end - ramp.start), weight), 1)
    }
    return weight < parameters.minimumWeight ? 0 : weight
  }
}

extension PuppiParameters {
  /// The region that holds this |η|; `nil` beyond the last.
  func region(_ absoluteEta: Double) -> Int? {
    regions.firstIndex { absoluteEta < $0.maximumEta }
  }
}
