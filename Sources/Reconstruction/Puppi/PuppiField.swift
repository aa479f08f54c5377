import WinnowEvents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The median α of pileup and its left-sided width.
struct PileupStatistics: Hashable {
  var median, width: Double
}

/// The candidates of one event, sorted for sums in cones.
struct PuppiField {
  private let candidates: [PuppiCandidate]
  private let parameters: PuppiParameters
  private let y: [Double]
  private let phi: [Double]
  /// One per distinct cone and choice of neighbours.
  private let grids: [ConeGrid]
  private let gridOfRegion: [Int]

  /// Closer neighbours, the candidate itself among them, are left out: ΔR² in (η, φ).
  private static let core = 1e-4

  init(_ candidates: [PuppiCandidate], _ parameters: PuppiParameters) {
    (self.candidates, self.parameters) = (candidates, parameters)
    let y = candidates.map { parameters.distance == .rapidityCone ? $0.rapidity : $0.eta }
    let phi = candidates.map { wrapped($0.phi) }
    var kinds: [PuppiParameters.Region] = []
    var gridOfRegion: [Int] = []
    for region in parameters.regions {
      let known = kinds.firstIndex {
        $0.cone == region.cone && $0.neighbours == region.neighbours
      }
      gridOfRegion.append(known ?? kinds.count)
      if known == nil { kinds.append(region) }
    }
    grids = kinds.map { kind in
      let chosen = candidates.indices.filter {
        kind.neighbours == .all || candidates[$0].vertex == .leading
      }
      return ConeGrid(
        radius: kind.cone,
        points: chosen.map {
          (y[$0], candidates[$0].eta, phi[$0], candidates[$0].pt * candidates[$0].pt)
        })
    }
    (self.y, self.phi, self.gridOfRegion) = (y, phi, gridOfRegion)
  }

  /// `ln Σ pT²/ΔR²` of a candidate by the rules of a region; 0 without neighbours.
  func alpha(of index: Int, in region: Int) -> Double {
    let grid = grids[gridOfRegion[region]]
    let radius = parameters.regions[region].cone
    let (y, eta, phi) = (y[index], candidates[index].eta, phi[index])
    var sum = 0.0
    grid.forEachRun(y: y, phi: phi) { run in
      for point in run {
        let across = grid.y[point] - y
        let around = angleBetween(grid.phi[point], phi)
        guard across * across + around * around < radius * radius else { continue }
        let along = grid.eta[point] - eta
        let distance = along * along + around * around
        if distance >= PuppiField.core { sum += grid.strength[point] / distance }
      }
    }
    return sum == 0 ? 0 : log(sum)
  }

  /// What pileup looks like by the rules of a region; `nil` where there is none.
  func statistics(of region: Int) -> PileupStatistics? {
    let least = parameters.regions[region].minimumPtOfStatistics
    var pileup: [Double] = []
    var leading: [Double] = []
    for (index, candidate) in candidates.enumerated() where candidate.pt >= least {
      let absoluteEta = abs(candidate.eta)
      switch parameters.statistics {
      case .chargedPileup(let maximumEta):
        guard absoluteEta < maximumEta else { continue }
      case .ownRegion:
        guard parameters.region(absoluteEta) == region else { continue }
        if parameters.regions[region].neighbours == .all {
          pileup.append(alpha(of: index, in: region))
          continue
        }
      }
      switch candidate.vertex {
      case .pileup: pileup.append(alpha(of: index, in: region))
      case .leading: leading.append(alpha(of: index, in: region))
      case .unknown: break
      }
    }
    return PileupStatistics(
      pileup: pileup, leading: leading, correctsLowPileup: parameters.correctsLowPileup)
  }
}

extension PileupStatistics {
  /// - Parameters:
  ///   - pileup: α of pileup; 0 stands for no neighbour.
  ///   - leading: α of charged particles of the leading vertex.
  init?(pileup: [Double], leading: [Double], correctsLowPileup: Bool) {
    guard !pileup.isEmpty else { return nil }
    let sorted = pileup.sorted()
    // The median is taken among those behind the last that has no neighbour.
    let first = sorted.lastIndex(of: 0) ?? 0
    median = sorted[first + Int(Double(sorted.count - first) * 0.5)]
    var (squares, count) = (0.0, 0)
    for value in sorted where value != 0 && !(correctsLowPileup && value > median) {
      squares += (value - median) * (value - median)
      count += 1
    }
    // CMS gives an event without any spread this one.
    let variance = squares > 0 ? squares / Double(count) : 1e-5
    width = variance.squareRoot()
    guard correctsLowPileup else { return }
    let median = self.median
    let below = Double(leading.count { $0 <= median })
    guard below > 0 else { return }
    let shift = (ChiSquare.quantile(below / (below + 0.5 * Double(sorted.count))) * width)
      .squareRoot()
    self.median -= shift
    width -= shift
  }
}
