public import WinnowEvents

/// The steps in which CMS's Level-1 trigger states an object: integers on the links to the global
/// trigger.
///
/// - Reference: `conversion.h` and `scales.h` of CMSSW's L1TriggerScouting/Utilities; the widths in
///   bits and the words are those of the Run-3 calorimeter and muon data formats. Values stand for
///   `integer × step`, without a half step.
public struct TriggerScale: Sendable, Hashable {
  /// GeV per count: 0.5 for every object.
  public var ptStep: Double
  /// Radian per count.
  public var etaStep: Double
  /// Counts of φ in a turn.
  public var phiCounts: Int
  /// The largest pT, where larger ones saturate.
  public var maximumPt: Int
  /// |η| beyond which the signed word saturates.
  public var maximumEta: Int
  /// The count of pT that stands for 0 GeV: muons count from 1, and 0 is no muon.
  public var ptOffset: Int

  /// e/γ: ET in 9 bits, η in 0.0870/2, φ in 2π/144.
  public static let electron = calorimeter(ptBits: 9)
  /// Jets: ET in 11 bits.
  public static let jet = calorimeter(ptBits: 11)
  /// Energy sums: ET in 12 bits; no η.
  public static let missingMomentum = calorimeter(ptBits: 12)
  /// Muons: pT = 0.5·(count − 1) GeV in 9 bits, η in 0.0870/8, φ in 2π/576.
  public static let muon = TriggerScale(
    ptStep: 0.5, etaStep: 0.0870 / 8, phiCounts: 576, maximumPt: 511, maximumEta: 255, ptOffset: 1)

  private static func calorimeter(ptBits: Int) -> TriggerScale {
    TriggerScale(
      ptStep: 0.5, etaStep: 0.0870 / 2, phiCounts: 144, maximumPt: (1 << ptBits) - 1,
      maximumEta: 127, ptOffset: 0)
  }

  public static func of(_ object: LevelOneObject) -> TriggerScale {
    switch object {
    case .missingMomentum: missingMomentum
    case .electron: electron
    case .muon: muon
    case .jet: jet
    }
  }

  /// The nearest integers. pT and η saturate; φ in radian is brought into `0..<phiCounts`.
  public func word(pt: Double, eta: Double, phi: Double) -> TriggerWord {
    let counts = (min(max(pt, 0) / ptStep, Double(maximumPt))).rounded() + Double(ptOffset)
    let limit = Double(maximumEta)
    let turn = Int((phi * Double(phiCounts) / (2 * .pi)).rounded()) % phiCounts
    return TriggerWord(
      pt: Int32(min(counts, Double(maximumPt))),
      eta: Int32(min(max((eta / etaStep).rounded(), -limit), limit)),
      phi: Int32(turn < 0 ? turn + phiCounts : turn))
  }

  /// What the integers stand for, in GeV and radian, φ in [−π, π).
  public func values(_ word: TriggerWord) -> (pt: Double, eta: Double, phi: Double) {
    let half = phiCounts / 2
    let phi = Int(word.phi) >= half ? Int(word.phi) - phiCounts : Int(word.phi)
    return (
      ptStep * Double(max(Int(word.pt) - ptOffset, 0)), etaStep * Double(word.eta),
      2 * .pi * Double(phi) / Double(phiCounts)
    )
  }
}

/// A trigger object in hardware units.
public struct TriggerWord: Sendable, Hashable {
  public var pt: Int32
  public var eta: Int32
  public var phi: Int32

  public init(pt: Int32, eta: Int32, phi: Int32) { (self.pt, self.eta, self.phi) = (pt, eta, phi) }

  /// No object: all zero.
  public static let absent = TriggerWord(pt: 0, eta: 0, phi: 0)
}
