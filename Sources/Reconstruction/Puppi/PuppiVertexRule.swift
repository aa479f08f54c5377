/// How a charged candidate is taken for one of the leading vertex, of pileup, or neither.
public struct PuppiVertexRule: Sendable, Hashable, Codable {
  /// What vertex reconstruction says of a track.
  public enum Association: Sendable, Hashable {
    /// Used in the fit of vertex `n`; 0 leads.
    case fitted(vertex: Int)
    /// In no fit.
    case none
  }

  /// A track in no fit above this pT is of the leading vertex; GeV.
  public var leadingAbovePt: Double?
  /// A track in no fit at or above this |η| is decided by `longitudinalCut`.
  public var minimumEta: Double
  /// |Δz| to the leading vertex below which such a track is of it, else of pileup; mm.
  public var longitudinalCut: Double
  /// Tracks of so many pileup vertices behind the leading one …
  public var splitVertices: Int
  /// … are of the leading vertex within this |Δz|: one vertex may be found as two; mm.
  public var splitCut: Double

  public init(
    leadingAbovePt: Double? = nil, minimumEta: Double, longitudinalCut: Double,
    splitVertices: Int = 0, splitCut: Double = 0
  ) {
    (self.leadingAbovePt, self.minimumEta) = (leadingAbovePt, minimumEta)
    self.longitudinalCut = longitudinalCut
    (self.splitVertices, self.splitCut) = (splitVertices, splitCut)
  }

  public static let cmsUltraLegacy = PuppiVertexRule(minimumEta: 0, longitudinalCut: 3)
  public static let cmsV15 = PuppiVertexRule(
    leadingAbovePt: 20, minimumEta: 2.4, longitudinalCut: 3, splitVertices: 2, splitCut: 2)
  /// Delphes knows the vertex of each track.
  public static let delphes = PuppiVertexRule(minimumEta: .infinity, longitudinalCut: 0)

  /// - Parameter longitudinalDistance: of the track to the leading vertex along the beam, in mm.
  public func vertex(
    _ association: Association, pt: Double, eta: Double, longitudinalDistance: Double
  ) -> PuppiCandidate.Vertex {
    switch association {
    case .fitted(vertex: 0): return .leading
    case .fitted(let vertex):
      return vertex <= splitVertices && abs(longitudinalDistance) < splitCut ? .leading : .pileup
    case .none:
      if let least = leadingAbovePt, pt > least { return .leading }
      guard abs(eta) >= minimumEta else { return .unknown }
      return abs(longitudinalDistance) < longitudinalCut ? .leading : .pileup
    }
  }
}
