import WinnowEvents

/// Every number of the barrel muon model, with its source. Lengths in mm, fields in tesla, angles
/// in radian.
///
/// Sources by short name:
/// - JINST08: CMS Collaboration, The CMS experiment at the CERN LHC, JINST 3 (2008) S08004.
/// - YOKE: CMS Collaboration, Precise mapping of the magnetic field in the CMS barrel yoke using
///   cosmic rays, arXiv:0910.5530.
/// - MUON13: CMS Collaboration, The performance of the CMS muon detector in pp collisions at
///   √s = 7 TeV, arXiv:1306.6905.
/// - PDG: Particle Data Group, Review of Particle Physics, Phys. Rev. D 110 (2024) 030001.
/// - CMSSW: the trigger's emulator, github.com/cms-sw/cmssw and cms-data/L1Trigger-L1TMuon.
public enum BarrelConstants {
  // MARK: the solenoid

  /// Central field (JINST08 for the magnet; YOKE for the 3.8 T that it is operated at).
  public static let solenoidField = 3.8
  /// Cold bore, half of 6.3 m: where the windings begin (JINST08, table of the magnet).
  public static let coldBore = 3150.0
  /// Radial thickness of the cold mass (JINST08, section 2), nearly all of it aluminium. The field
  /// falls linearly across it, so that half of it counts.
  public static let coldMass = 312.0
  /// Interaction lengths of coil and vacuum tank together (JINST08, section on the outer hadron
  /// calorimeter); what aluminium does not make up is the tank's steel.
  public static let coilInteractionLengths = 1.4
  /// Nuclear interaction lengths of aluminium and of iron (PDG, Atomic and nuclear properties).
  public static let aluminiumInteractionLength = 397.0
  public static let ironInteractionLength = 167.7

  // MARK: calorimeters

  /// Lead tungstate crystals of the electromagnetic calorimeter: inner radius and length (JINST08).
  public static let crystalRadius = 1290.0
  public static let crystalLength = 230.0
  /// Hadron calorimeter: inner and outer radius; steel plates of 40 and 75 mm, eight brass plates
  /// of 50.5 and six of 56.5 mm (JINST08, table of the barrel calorimeter's absorber).
  public static let hadronRadius = 1770.0
  public static let hadronEnd = 2876.5
  public static let hadronSteel = 40.0 + 75.0
  public static let hadronBrass = 8 * 50.5 + 6 * 56.5
  /// The tail catcher's iron behind the coil: radius, thickness, and half its length along the
  /// beam, that of the central wheel (JINST08, section on the outer hadron calorimeter).
  public static let tailCatcherRadius = 3820.0
  public static let tailCatcher = 195.0
  public static let wheelHalfLength = 1268.0

  // MARK: the yoke

  /// Thickness of the three iron layers (YOKE, introduction).
  public static let yokeThickness = [295.0, 630.0, 630.0]
  /// Flux density in the iron, against the solenoid's: a choice of ours, one number near the
  /// saturation of structural steel for all layers. The solenoid's whole flux through the three of
  /// them would be 2.25 T.
  public static let yokeField = 1.8
  /// Centres of the stations. The first three: CMSSW, `OMTFProcessor.cc`; the fourth: its nominal
  /// 7.0 m (JINST08) and the 250 mm by which the others' centres lie beyond their nominal radii.
  public static let stationRadii = [4311.33, 5124.01, 6179.46, 7250.0]
  /// Half the length of a wheel's drift tubes along the beam and the distance of the wheels'
  /// centres (JINST08: wires of 2.4 m in wheels of 2.536 m; wheels 125 mm apart).
  public static let chamberHalfLength = 1200.0
  public static let wheelPitch = 2661.0
  /// Five wheels, −2 to 2 (JINST08).
  public static let outermostWheel = 2.0

  // MARK: track segments

  /// Efficiency of a station's trigger segment (MUON13: over 96 %).
  public static let segmentEfficiency = 0.96
  /// Units of a segment's azimuth and bending angle: 12 bits for ±½ rad, 10 bits for ±1 rad
  /// (CMSSW, `L1MuBMAssignmentUnit.cc`: 1/4096 and 1/512 rad).
  public static let segmentPhiUnits = 4096.0
  public static let segmentBendUnits = 512.0
  /// σ of the bending angle of a segment seen in both superlayers: 10 mrad, the design value of the
  /// track correlator (CMS TriDAS Project, TDR volume 1, CERN/LHCC 2000-38).
  public static let segmentBendResolution = 0.010

  // MARK: track finder

  /// Acceptance of the barrel track finder in |η| (JINST 15 (2020) P10017, section 3).
  public static let maximumEta = 0.83
  /// Part of the muons with a true pT at a threshold that the assigned pT lets pass (papers/4).
  public static let efficiencyAtThreshold = 0.9
  /// Lowest and highest pT code that the tables hold, 3.0 and 139.5 GeV (CMSSW, `pta12h.lut`).
  public static let lowestCode = 7
  public static let highestCode = 280
  /// Bending angle at the first station from which pT is taken for low (CMSSW, head of
  /// `pta12l.lut`), in 1/512 rad.
  public static let lowBend = 180
  /// In the table for low pT, azimuth differences (1/4096 rad) below the first number mean 2.5 GeV,
  /// code 6, and codes 7, 8 and 9 follow up to the others (CMSSW, `pta12l.lut`).
  public static let lowBranch: [(below: Int, code: Int)] = [
    (231, 6), (233, 7), (237, 8), (239, 9),
  ]
  /// Track finder quality is 12 plus 0 to 3 by the stations in a track (CMSSW, `QuaAU`).
  public static let baseQuality = 12
  /// θ zones of a chamber along the beam (CMSSW, `ETFPatternList.lut`: positions 1 to 7).
  public static let thetaZones = 7.0

  // MARK: global muon trigger

  /// The table for φ at the vertex: 5 bits of |η|, 7 of pT, 4 of result in units of 2² steps of φ
  /// (cms-data, `BPhiExtrapolation_5eta_7pt_4out_2outshift_20170505.txt`).
  public static let extrapolationEtaShift = 3
  public static let extrapolationPtCodes = 128
  public static let extrapolationMaximum = 15
  public static let extrapolationPhiShift = 2

  // MARK: the offline muon

  /// σ(pT)/pT of the tracker in the barrel (arXiv:1804.04528: 1 % up to 100 GeV).
  public static let offlineResolution = 0.01
  /// The barrel tracker's layers, mm: four of pixels (CMS Collaboration, TDR for the pixel detector
  /// upgrade, CERN-LHCC-2012-016), four of the inner and six of the outer barrel (JINST08).
  public static let trackerLayers = [
    29.0, 68, 109, 160, 255, 339, 418.5, 498, 608, 692, 780, 868, 965, 1080,
  ]
  /// Decays in flight beyond this radius leave more layers to the hadron than to the muon.
  public static let trackerMiddle = trackerLayers[trackerLayers.count / 2]
}
