extension FlowTracker {
  /// σ(pT)/pT of charged hadrons at 1, 10 and 100 GeV in rings of 0.2 in |η|; in straight lines
  /// between, constant below, proportional to pT above.
  ///
  /// - Reference: Delphes, card CMS_PhaseII_140PU_v02, module ChargedHadronMomentumSmearing (tracker
  ///   layout OT612IT4025).
  public static let hadronSpread: [SIMD3<Double>] = [
    SIMD3(0.004579, 0.004983, 0.009244), SIMD3(0.005050, 0.005343, 0.009172),
    SIMD3(0.005106, 0.005317, 0.009077), SIMD3(0.005780, 0.005779, 0.009177),
    SIMD3(0.007287, 0.007011, 0.010429), SIMD3(0.010451, 0.009989, 0.013867),
    SIMD3(0.014772, 0.013616, 0.016800), SIMD3(0.017315, 0.015439, 0.018161),
    SIMD3(0.019420, 0.015669, 0.018039), SIMD3(0.022014, 0.016012, 0.020098),
    SIMD3(0.025743, 0.015681, 0.020289), SIMD3(0.028858, 0.016753, 0.021524),
    SIMD3(0.032048, 0.021138, 0.024477), SIMD3(0.039504, 0.027026, 0.030392),
    SIMD3(0.040848, 0.024824, 0.027445), SIMD3(0.045324, 0.022851, 0.025053),
    SIMD3(0.064189, 0.027691, 0.030710), SIMD3(0.076825, 0.036234, 0.040629),
    SIMD3(0.097964, 0.046145, 0.052345), SIMD3(0.134159, 0.059612, 0.069617),
  ]

  /// Where the muons' rings end in |η|. Beyond, and up to 5 GeV, a muon is measured as a hadron is:
  /// the card has a table of an older tracker there, which is left out.
  static let muonRings = [
    0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.4, 2.5, 2.6, 2.7, 2.8,
  ]

  /// σ(pT)/pT of muons at 5–10, 10–20, 20–40 and above 40 GeV, from the tracker and the muon
  /// chambers.
  ///
  /// - Reference: Delphes, `muonMomentumResolution.tcl` of the same folder (commit f7f33af).
  static let muonSpread: [SIMD4<Double>] = [
    SIMD4(0.00519, 0.00533, 0.00559, 0.00656), SIMD4(0.00575, 0.00592, 0.00586, 0.00700),
    SIMD4(0.00629, 0.00602, 0.00614, 0.00733), SIMD4(0.00626, 0.00614, 0.00654, 0.00752),
    SIMD4(0.00722, 0.00736, 0.00759, 0.00851), SIMD4(0.00968, 0.01040, 0.01030, 0.01050),
    SIMD4(0.00983, 0.00968, 0.00963, 0.01050), SIMD4(0.01020, 0.00991, 0.01020, 0.01110),
    SIMD4(0.01260, 0.01060, 0.01100, 0.01190), SIMD4(0.01780, 0.01580, 0.01420, 0.01650),
    SIMD4(0.02480, 0.02070, 0.01970, 0.02420), SIMD4(0.03470, 0.03270, 0.03150, 0.03590),
    SIMD4(0.03590, 0.03690, 0.04090, 0.04740), SIMD4(0.04120, 0.03900, 0.04710, 0.05200),
    SIMD4(0.04220, 0.04880, 0.05790, 0.06390), SIMD4(0.04960, 0.05430, 0.06790, 0.07630),
  ]
}
