/// The settings of pileup-per-particle identification (PUPPI).
///
/// A candidate's α is `ln Σ pT²/ΔR²` over its neighbours in a cone; its distance from the median of
/// pileup, in units of the left-sided width, gives the weight through a χ² distribution.
///
/// - Reference: D. Bertolini, P. Harris, M. Low and N. Tran, JHEP 10 (2014) 059; CMS,
///   JINST 15 (2020) P09018.
public struct PuppiParameters: Sendable, Hashable, Codable {
  /// Whose momenta α sums.
  public enum Neighbours: String, Sendable, Hashable, Codable {
    case leadingCharged
    case all
  }

  /// Where the median and width of pileup are taken.
  public enum Statistics: Sendable, Hashable, Codable {
    /// From charged pileup below this |η|, for every region; scaled to forward regions.
    case chargedPileup(maximumEta: Double)
    /// From the region's own charged pileup, or from all its candidates where α sums all.
    case ownRegion
  }

  public enum Distance: String, Sendable, Hashable, Codable {
    /// The cone is round in rapidity, ΔR in pseudorapidity: CMS.
    case rapidityCone
    /// Both in pseudorapidity: Delphes.
    case pseudorapidity
  }

  public struct Region: Sendable, Hashable, Codable {
    /// The region ends here; it begins where the one before ends.
    public var maximumEta: Double
    public var cone: Double
    public var neighbours: Neighbours
    /// Candidates below are left out of the median and width, in GeV.
    public var minimumPtOfStatistics: Double
    public var medianScale: Double
    public var widthScale: Double
    /// Neutrals whose weighted pT is below `a + b n`, with n vertices, are dropped; GeV.
    public var neutralCut: Double
    public var neutralCutPerVertex: Double

    public init(
      maximumEta: Double, cone: Double, neighbours: Neighbours, minimumPtOfStatistics: Double,
      medianScale: Double = 1, widthScale: Double = 1, neutralCut: Double,
      neutralCutPerVertex: Double
    ) {
      (self.maximumEta, self.cone, self.neighbours) = (maximumEta, cone, neighbours)
      self.minimumPtOfStatistics = minimumPtOfStatistics
      (self.medianScale, self.widthScale) = (medianScale, widthScale)
      (self.neutralCut, self.neutralCutPerVertex) = (neutralCut, neutralCutPerVertex)
    }
  }

  /// Neutrals of high pT keep at least `(pT − start)/(end − start)`, at most 1.
  public struct Ramp: Sendable, Hashable, Codable {
    public var start, end: Double
    public init(start: Double, end: Double) { (self.start, self.end) = (start, end) }
  }

  public var name: String
  /// In rising |η|.
  public var regions: [Region]
  public var statistics: Statistics
  public var distance: Distance
  /// Shifts median and width where few pileup particles compete with those of the leading vertex.
  public var correctsLowPileup = true
  public var neutralRamp: Ramp?
  /// Photons above this pT and below |η| 2.5 keep weight 1; `nil`: none.
  public var protectedPhotonPt: Double?
  /// Lower weights become 0.
  public var minimumWeight: Double
  /// Of candidates beyond the last region.
  public var weightOutside: Double
  /// How charged candidates get their vertex; see ``PuppiVertexRule``.
  public var vertexRule: PuppiVertexRule

  public init(
    name: String, regions: [Region], statistics: Statistics, distance: Distance,
    neutralRamp: Ramp? = nil, minimumWeight: Double, weightOutside: Double,
    vertexRule: PuppiVertexRule
  ) {
    (self.name, self.regions, self.statistics) = (name, regions, statistics)
    (self.distance, self.neutralRamp) = (distance, neutralRamp)
    (self.minimumWeight, self.weightOutside) = (minimumWeight, weightOutside)
    self.vertexRule = vertexRule
  }

  /// - Throws: ``ReconstructionError`` for settings that cannot be meant.
  public func validate() throws {
    guard !regions.isEmpty else {
      throw ReconstructionError("the PUPPI settings '\(name)' have no region; give at least one")
    }
    var edge = 0.0
    for region in regions {
      guard region.maximumEta > edge, region.cone > 0, region.cone <= 1, region.widthScale > 0 else {
        throw ReconstructionError(
          "the PUPPI settings '\(name)' have a region up to |eta| \(region.maximumEta) with cone \(region.cone) and width scale \(region.widthScale); edges must rise, cones lie in 0 to 1 and scales be positive"
        )
      }
      edge = region.maximumEta
    }
    if let ramp = neutralRamp, !(ramp.end > ramp.start) {
      throw ReconstructionError(
        "the PUPPI settings '\(name)' have a ramp from \(ramp.start) to \(ramp.end) GeV; it must rise"
      )
    }
  }
}
