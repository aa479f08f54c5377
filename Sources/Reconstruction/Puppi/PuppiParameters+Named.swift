extension PuppiParameters {
  /// CMS, ultra-legacy reconstruction of Run 2, before tune v14.
  ///
  /// - Reference: cms-sw/cmssw, `CommonTools/PileupAlgos` (`Puppi_cff.py`, `PuppiProducer`'s own
  ///   defaults).
  public static let cmsUltraLegacy = cms("cms-ul", rampStart: 0, rule: .cmsUltraLegacy)

  /// CMS tune v15: high-pT neutrals start at 20 GeV, and charged particles that no vertex claims
  /// are treated otherwise.
  ///
  /// - Reference: as above, `customizePuppiTune_cff.py`, `UpdatePuppiTuneV15`.
  public static let cmsV15 = cms("cms-v15", rampStart: 20, rule: .cmsV15)

  private static func cms(_ name: String, rampStart: Double, rule: PuppiVertexRule)
    -> PuppiParameters
  {
    PuppiParameters(
      name: name,
      regions: [
        Region(
          maximumEta: 2.5, cone: 0.4, neighbours: .leadingCharged, minimumPtOfStatistics: 0.1,
          neutralCut: 0.2, neutralCutPerVertex: 0.015),
        Region(
          maximumEta: 3, cone: 0.4, neighbours: .all, minimumPtOfStatistics: 0.5,
          medianScale: 0.90, widthScale: 1.20, neutralCut: 1.7, neutralCutPerVertex: 0.08),
        Region(
          maximumEta: 10, cone: 0.4, neighbours: .all, minimumPtOfStatistics: 0.5,
          medianScale: 0.75, widthScale: 0.95, neutralCut: 2.0, neutralCutPerVertex: 0.08),
      ],
      statistics: .chargedPileup(maximumEta: 2), distance: .rapidityCone,
      neutralRamp: Ramp(start: rampStart, end: 200), minimumWeight: 0.01, weightOutside: 0,
      vertexRule: rule)
  }

  /// Delphes' card of the CMS Phase-2 detector with 200 pileup, version 4.
  ///
  /// Delphes counts 70 % of the generated vertices; give that number.
  ///
  /// - Reference: delphes/delphes, `cards/CMS_PhaseII/CMS_PhaseII_200PU_v04.tcl`, `RunPUPPIBase`.
  public static let delphesPhase2 = PuppiParameters(
    name: "delphes-phase2",
    regions: [
      Region(
        maximumEta: 1.5, cone: 0.2, neighbours: .leadingCharged, minimumPtOfStatistics: 0.1,
        neutralCut: 0.2, neutralCutPerVertex: 0.006),
      Region(
        maximumEta: 4, cone: 0.2, neighbours: .leadingCharged, minimumPtOfStatistics: 0.5,
        neutralCut: 0.2, neutralCutPerVertex: 0.013),
      Region(
        maximumEta: 10, cone: 0.2, neighbours: .all, minimumPtOfStatistics: 0.5, neutralCut: 0.5,
        neutralCutPerVertex: 0.067),
    ],
    statistics: .ownRegion, distance: .pseudorapidity, minimumWeight: 0.05, weightOutside: 1,
    vertexRule: .delphes)

  /// The sets that have a name, but for the linearised one of Level 1.
  public static let named = [cmsUltraLegacy, cmsV15, delphesPhase2]
}
