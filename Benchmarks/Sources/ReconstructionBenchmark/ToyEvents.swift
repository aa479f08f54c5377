import Foundation
import Winnow

/// Events like those at the LHC in number and spread, not in physics.
enum ToyEvents {
  /// Flat soft particles and six hard directions.
  static func particles(_ count: Int, event: UInt64) -> [FourMomentum] {
    var random = RandomStream(seed: 1, label: "toy-particles").child(event)
    let axes = (0..<6).map { _ in
      (random.uniform(in: -2.5..<2.5), random.uniform(in: -Double.pi..<Double.pi))
    }
    return (0..<count).map { index in
      let isHard = index < min(count / 4, 200)
      let axis = axes[index % 6]
      let pt = -log(1 - random.uniform()) * (isHard ? 4 : 0.7) + 0.1
      return FourMomentum(
        pt: pt,
        eta: isHard
          ? random.gaussian(mean: axis.0, standardDeviation: 0.15) : random.uniform(in: -5..<5),
        phi: isHard
          ? random.gaussian(mean: axis.1, standardDeviation: 0.15)
          : random.uniform(in: -Double.pi..<Double.pi), mass: 0)
    }
  }

  /// 7,000 candidates, as with 140 pileup collisions: 3,000 tracks, 7 % of the leading vertex.
  static func candidates(event: UInt64) -> [PuppiCandidate] {
    var random = RandomStream(seed: 2, label: "toy-candidates").child(event)
    return particles(7000, event: event).enumerated().map { index, momentum in
      let isCharged = index % 7 < 3 && abs(momentum.eta) < 4
      let isLeading = index < 200 || random.uniform() < 0.02
      return PuppiCandidate(
        pt: momentum.pt, eta: momentum.eta, phi: momentum.phi, mass: isCharged ? 0.1396 : 0,
        vertex: !isCharged ? .unknown : isLeading ? .leading : .pileup, isPhoton: index % 2 == 0)
    }
  }
}
