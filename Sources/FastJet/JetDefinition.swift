/// How particles are joined to jets: FastJet's sequential recombination with the E scheme.
///
/// Distances are `d_ij = min(pT_i^2p, pT_j^2p) (Δy² + Δφ²) / R²` and `d_iB = pT_i^2p`, in rapidity
/// and azimuth.
public struct JetDefinition: Sendable, Hashable, Codable {
  public enum Algorithm: String, Sendable, Hashable, Codable, CaseIterable {
    /// p = −1 (Cacciari, Salam and Soyez, arXiv:0802.1189).
    case antiKt = "anti-kt"
    /// p = 1 (Ellis and Soper, hep-ph/9305266).
    case kt
    /// p = 0 (Dokshitzer and others, hep-ph/9707323).
    case cambridgeAachen = "cambridge-aachen"
  }

  public var algorithm: Algorithm
  public var radius: Double
  /// Jets of less transverse momentum, in GeV, are left out.
  public var minimumPt: Double

  public init(_ algorithm: Algorithm = .antiKt, radius: Double, minimumPt: Double = 0) {
    (self.algorithm, self.radius, self.minimumPt) = (algorithm, radius, minimumPt)
  }

  /// - Throws: ``JetError`` for a radius or threshold that no jet can have.
  public func validate() throws {
    guard radius > 0, radius <= 10 else {
      throw JetError("a jet radius of \(radius) is outside 0 to 10; give one such as 0.4")
    }
    guard minimumPt >= 0, minimumPt.isFinite else {
      throw JetError("a least jet pT of \(minimumPt) GeV is none; give 0 or more")
    }
  }
}

/// How the areas of jets are measured: with ghosts, particles of almost no momentum, spread evenly
/// with some scatter (Cacciari, Salam and Soyez, arXiv:0802.1188).
public struct JetAreas: Sendable, Hashable, Codable {
  /// The area that one ghost stands for.
  public var ghostArea: Double
  /// Ghosts reach to this |rapidity|; jets should end a radius below.
  public var maximumRapidity: Double
  /// Of the ghosts' scatter. Each event has a stream of its own, named by its number.
  public var seed: UInt64

  public init(ghostArea: Double = 0.01, maximumRapidity: Double = 6, seed: UInt64) {
    (self.ghostArea, self.maximumRapidity, self.seed) = (ghostArea, maximumRapidity, seed)
  }

  /// - Throws: ``JetError`` for ghosts that cannot be spread, or more than ten million of them.
  public func validate() throws {
    guard ghostArea > 0, maximumRapidity > 0, maximumRapidity <= 20,
      2 * maximumRapidity * 2 * .pi / ghostArea <= 1e7
    else {
      throw JetError(
        "ghosts of area \(ghostArea) to rapidity \(maximumRapidity) cannot be spread; give an area such as 0.01 and a rapidity of at most 20"
      )
    }
  }
}
