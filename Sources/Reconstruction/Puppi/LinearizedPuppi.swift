import WinnowEvents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The linearised PUPPI of the Level-1 trigger, in floating point: without the firmware's coarse
/// coordinates, table of logarithms, regions in φ and limits on the number of objects.
public struct LinearizedPuppi: Sendable, Hashable {
  public let parameters: LinearizedPuppiParameters

  public init(_ parameters: LinearizedPuppiParameters = .cmsPhase2) {
    self.parameters = parameters
  }

  /// The candidates' weights: 1 or 0 for charged ones; for the others from 0 to 1, and 0 where the
  /// weighted pT is below the cut or no region reaches.
  ///
  /// - Parameter event: its number, which names it in errors.
  /// - Throws: ``ReconstructionError`` for a momentum that is no number or negative.
  public func weights(_ candidates: [PuppiCandidate], event: Int = 0) throws -> [Double] {
    try PuppiCandidate.check(candidates, event: event)
    let phi = candidates.map { wrapped($0.phi) }
    let grids = parameters.regions.map { region in
      let chosen = candidates.indices.filter { isNeighbour(candidates[$0], in: region) }
      return (
        chosen,
        ConeGrid(
          radius: region.cone,
          points: chosen.map {
            let pt = min(candidates[$0].pt, region.maximumPt)
            return (candidates[$0].eta, candidates[$0].eta, phi[$0], pt * pt)
          })
      )
    }
    return candidates.indices.map { index in
      switch candidates[index].vertex {
      case .leading: return 1
      case .pileup: return 0
      case .unknown: break
      }
      let candidate = candidates[index]
      guard
        let place = parameters.regions.firstIndex(where: { abs(candidate.eta) <= $0.maximumEta })
      else { return 0 }
      let region = parameters.regions[place]
      let (chosen, grid) = grids[place]
      var sum = 0.0
      grid.forEachRun(y: candidate.eta, phi: phi[index]) { run in
        for point in run where chosen[Int(grid.place[point])] != index {
          let along = grid.eta[point] - candidate.eta
          let around = angleBetween(grid.phi[point], phi[index])
          let distance = along * along + around * around
          guard distance <= region.cone * region.cone else { continue }
          sum += grid.strength[point] / max(distance, region.minimumDistance * region.minimumDistance)
        }
      }
      let weight = region.weight(sum: sum, pt: candidate.pt, isPhoton: candidate.isPhoton)
      return weight * candidate.pt < region.minimumPt ? 0 : weight
    }
  }

  private func isNeighbour(
    _ candidate: PuppiCandidate, in region: LinearizedPuppiParameters.Region
  ) -> Bool {
    if let neutrals = region.neutralNeighbours {
      return candidate.vertex == .unknown && neutrals.contains(abs(candidate.eta))
    }
    return candidate.vertex == .leading && candidate.pt >= parameters.minimumTrackPt
  }
}

extension LinearizedPuppiParameters.Region {
  /// The weight of a neutral whose neighbours sum to `sum`.
  func weight(sum: Double, pt: Double, isPhoton: Bool) -> Double {
    let ofAlpha =
      sum > 0 ? min(max(alphaSlope * (log(sum) - alphaZero), -alphaCrop), alphaCrop) : -alphaCrop
    let slope = isPhoton ? ptSlope.photon : ptSlope.hadron
    let zero = isPhoton ? ptZero.photon : ptZero.hadron
    let odds = ofAlpha + slope * (pt - zero) - (isPhoton ? prior.photon : prior.hadron)
    return 1 / (1 + exp(-odds))
  }
}
