/// How the trigger's jets are made from its towers: anti-kt, pileup subtraction, energy scale.
///
/// CMS's own jets are squares of 9 × 9 towers; anti-kt is a choice of ours.
public struct TriggerJets: Sendable, Hashable {
  /// The jet energy scale of one range of |η|: pT = `scale` × (tower sum) + `offset`.
  public struct Calibration: Sendable, Hashable {
    public var maximumEta: Double
    public var scale: Double
    /// GeV.
    public var offset: Double
    public init(maximumEta: Double, scale: Double, offset: Double) {
      (self.maximumEta, self.scale, self.offset) = (maximumEta, scale, offset)
    }
  }

  /// CMS's jet radius offline; a square of 9 towers is 0.78 wide.
  public var radius = 0.4
  /// Acceptance of papers/2, |η| < 4.
  public var maximumEta = 4.0
  /// Least calibrated pT in GeV: a choice of ours, where tower jets stop to follow particle jets.
  public var minimumPt = 15.0
  /// Straight lines through the medians of tower jets matched to particle jets of 20 to 250 GeV in
  /// this model's own dijet, tt̄, W and Z events, so that the median of pT over the particle jet's pT
  /// is near one (docs/detectors/level1.md). CMS calibrates its trigger jets to the same end.
  public var calibration = [
    Calibration(maximumEta: 1.3, scale: 1.01, offset: 4.0),
    Calibration(maximumEta: 2.5, scale: 0.99, offset: 4.2),
    Calibration(maximumEta: 3.0, scale: 1.02, offset: 2.1),
    Calibration(maximumEta: .infinity, scale: 0.99, offset: 2.8),
  ]
  /// Whether the "chunky donut" is subtracted: of the four strips of 3 × 9 towers around the 9 × 9
  /// about the jet, the three lowest, here scaled by the areas π R² and 81 towers.
  ///
  /// - Reference: `Stage2Layer2JetAlgorithmFirmwareImp1.cc` of CMSSW; JINST 15 (2020) P10017. The
  ///   trigger always subtracts; with a pileup of 0 there is little to subtract.
  public var subtractsPileup = true

  public init() {}
  public static let cms = TriggerJets()

  /// The least sum of towers, GeV, that can become a jet of ``minimumPt``: what lies below needs no
  /// direction and no donut. At least 2 GeV, whatever the calibration.
  var leastSum: Double {
    let sums = calibration.map { range in
      // A rounding below, so that no jet at the limit is lost; without a rising scale all are kept.
      range.scale > 0 ? (minimumPt - range.offset) / range.scale - 1e-6 : 0
    }
    return max(min(sums.min() ?? minimumPt, minimumPt), 2)
  }

  func calibrated(_ pt: Double, eta: Double) -> Double {
    guard let range = calibration.first(where: { abs(eta) < $0.maximumEta }) else { return pt }
    return max(range.scale * pt + range.offset, 0)
  }

  /// The transverse energy in GeV that the donut about a tower assigns to a jet there.
  func pileup(about tower: Int, _ measured: [Double], radius: Double) -> Double {
    let perRing = TriggerTowers.towersPerRing
    let (ring, column) = (tower / perRing, tower % perRing)
    var strips = (0.0, 0.0, 0.0, 0.0)
    for out in 5...7 {
      for along in -4...4 {
        // Beyond the last ring a strip is empty, as in the firmware.
        if ring + along >= 0, ring + along < TriggerTowers.rings {
          strips.0 += measured[(ring + along) * perRing + (column + out) % perRing]
          strips.1 += measured[(ring + along) * perRing + (column - out + perRing) % perRing]
        }
        let beside = (column + along + perRing) % perRing
        if ring + out < TriggerTowers.rings { strips.2 += measured[(ring + out) * perRing + beside] }
        if ring - out >= 0 { strips.3 += measured[(ring - out) * perRing + beside] }
      }
    }
    let (a, b, c, d) = strips
    let lowest = a + b + c + d - max(max(a, b), max(c, d))
    // Three strips are 81 towers of 2π/72 × 0.087.
    let square = 81 * (2 * Double.pi / 72) * 0.087
    return lowest * Double.pi * radius * radius / square
  }
}
