#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A particle-flow candidate as PUPPI sees it: GeV, radian.
public struct PuppiCandidate: Sendable, Hashable {
  /// What is known of its vertex.
  public enum Vertex: Sendable, Hashable {
    /// A charged particle of the leading vertex.
    case leading
    /// A charged particle of another vertex.
    case pileup
    /// A neutral particle, or a charged one that no vertex claims.
    case unknown
  }

  public var pt, eta, phi, mass: Double
  public var vertex: Vertex
  public var isPhoton: Bool

  public init(
    pt: Double, eta: Double, phi: Double, mass: Double = 0, vertex: Vertex, isPhoton: Bool = false
  ) {
    (self.pt, self.eta, self.phi, self.mass) = (pt, eta, phi, mass)
    (self.vertex, self.isPhoton) = (vertex, isPhoton)
  }

  /// artanh(pz/E)
  var rapidity: Double { mass == 0 ? eta : asinh(pt * sinh(eta) / hypot(pt, mass)) }

  /// - Throws: ``ReconstructionError`` for a momentum that is no number or negative.
  static func check(_ candidates: [PuppiCandidate], event: Int) throws {
    for (index, candidate) in candidates.enumerated() {
      let (pt, mass) = (candidate.pt, candidate.mass)
      guard pt >= 0, mass >= 0, (pt + mass + abs(candidate.eta) + abs(candidate.phi)).isFinite
      else {
        throw ReconstructionError(
          "candidate \(index) of event \(event) has pT \(pt), eta \(candidate.eta), phi \(candidate.phi), mass \(mass); PUPPI takes finite numbers, pT and mass of at least 0"
        )
      }
    }
  }
}
