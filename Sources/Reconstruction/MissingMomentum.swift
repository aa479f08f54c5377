public import WinnowEvents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Minus the vector sum of transverse momenta, and their scalar sum; GeV.
public struct MissingMomentum: Sendable, Hashable, Codable {
  public var px = 0.0
  public var py = 0.0
  /// The scalar sum, ΣpT.
  public var sumPt = 0.0

  public init() {}

  public var pt: Double { hypot(px, py) }
  /// In (−π, π].
  public var phi: Double { wrapped(atan2(py, px)) }

  /// Adds a particle, `weight` times.
  public mutating func add(px: Double, py: Double, weight: Double = 1) {
    self.px -= weight * px
    self.py -= weight * py
    sumPt += weight * hypot(px, py)
  }

  /// Of particles, each `weights` times where given (PUPPI's weights, for example).
  ///
  /// - Throws: ``ReconstructionError`` for a sum that is no number, naming the particle, and for
  ///   weights that are not as many as particles.
  public init(_ momenta: [FourMomentum], weights: [Double]? = nil, event: Int = 0) throws {
    if let weights, weights.count != momenta.count {
      throw ReconstructionError(
        "event \(event) has \(momenta.count) particles and \(weights.count) weights; give one for each"
      )
    }
    for (index, momentum) in momenta.enumerated() {
      let weight = weights?[index] ?? 1
      add(px: momentum.px, py: momentum.py, weight: weight)
      guard sumPt.isFinite else {
        throw ReconstructionError(
          "particle \(index) of event \(event) has momentum (\(momentum.px), \(momentum.py)) GeV and weight \(weight); missing momentum is a sum of finite numbers"
        )
      }
    }
  }

  /// Of candidates, as above.
  public init(_ candidates: [PuppiCandidate], weights: [Double]? = nil, event: Int = 0) throws {
    try self.init(
      candidates.map { FourMomentum(pt: $0.pt, eta: $0.eta, phi: $0.phi, mass: $0.mass) },
      weights: weights, event: event)
  }
}
