/// What a particle's code of the Particle Data Group tells.
///
/// - Reference: Particle Data Group, Review of Particle Physics, section "Monte Carlo particle
///   numbering scheme": digits n nr nL nq1 nq2 nq3 nJ; nuclei 10LZZZAAAI.
public struct ParticleSpecies: Sendable, Hashable {
  public let pdg: Int32

  public init(_ pdg: Int32) { self.pdg = pdg }

  private var code: Int { abs(Int(pdg)) }
  private func digit(_ place: Int) -> Int {
    var rest = code
    for _ in 1..<place { rest /= 10 }
    return rest % 10
  }

  public var isNucleus: Bool { code >= 1_000_000_000 && code < 1_100_000_000 }
  public var isQuark: Bool { (1...8).contains(code) }
  public var isLepton: Bool { (11...18).contains(code) }
  public var isNeutrino: Bool { code == 12 || code == 14 || code == 16 }
  public var isElectron: Bool { code == 11 }
  public var isMuon: Bool { code == 13 }
  public var isPhoton: Bool { code == 22 }
  /// Quark digits of a hadron's code, `nil` for anything else.
  private var quarks: (Int, Int, Int)? {
    guard code > 100, !isNucleus, code < 10_000_000 else { return nil }
    let (first, second, third) = (digit(4), digit(3), digit(2))
    // A diquark has no third quark; a K0S or K0L has quark digits 0, 3, 1.
    return third == 0 && code != 130 && code != 310 ? nil : (first, second, third)
  }
  public var isMeson: Bool {
    if code == 130 || code == 310 { return true }
    return quarks.map { $0.0 == 0 && $0.1 != 0 && $0.2 != 0 } ?? false
  }
  public var isBaryon: Bool { quarks.map { $0.0 != 0 && $0.1 != 0 && $0.2 != 0 } ?? false }
  public var isHadron: Bool { isMeson || isBaryon }

  /// Whether a detector sees a particle of this code that lives long enough: an electron, muon or
  /// photon, a hadron or nucleus whose charge the scheme tells.
  public var leavesSignals: Bool {
    switch abs(Int(pdg)) {
    case 11, 13, 22: true
    default: chargeInThirds != nil && (isHadron || isNucleus)
    }
  }

  /// Whether the heaviest quark is charm (4) or beauty (5).
  public func contains(quark flavour: Int) -> Bool {
    guard let (a, b, c) = quarks else { return code == flavour }
    return a == flavour || b == flavour || c == flavour
  }

  /// The electric charge in thirds of the elementary one; `nil` for a code that the scheme does not
  /// define here.
  public var chargeInThirds: Int? {
    let sign = pdg < 0 ? -1 : 1
    if isNucleus { return sign * 3 * (code / 10_000 % 1000) }
    switch code {
    case 1...8: return sign * (code % 2 == 0 ? 2 : -1)
    case 11, 13, 15, 17: return -3 * sign
    case 12, 14, 16, 18, 21, 22, 23, 25, 32, 33, 35, 36, 39, 81...100, 110, 990: return 0
    case 24, 34, 37: return 3 * sign
    // Leptoquark of scalar type in Pythia: charge −1/3.
    case 42: return -sign
    case 130, 310: return 0
    default: break
    }
    guard let (first, second, third) = quarks else { return diquarkCharge.map { sign * $0 } }
    func charge(_ quark: Int) -> Int { quark % 2 == 0 ? 2 : -1 }
    guard first <= 6, second <= 6, third <= 6 else { return nil }
    if isBaryon { return sign * (charge(first) + charge(second) + charge(third)) }
    guard isMeson else { return nil }
    // The heavier quark first; if it is of down type its antiquark gives the sign.
    let heavy = charge(second), light = charge(third)
    return sign * (second % 2 == 0 ? heavy - light : light - heavy)
  }

  private var diquarkCharge: Int? {
    guard code > 1000, code < 10_000, digit(2) == 0 else { return nil }
    func charge(_ quark: Int) -> Int { quark % 2 == 0 ? 2 : -1 }
    return charge(digit(4)) + charge(digit(3))
  }

  /// The mass in GeV of what lives long enough for a detector; `nil` for others.
  ///
  /// - Reference: Particle Data Group, Review of Particle Physics 2024.
  public var stableMass: Double? {
    switch code {
    case 22, 12, 14, 16: 0
    case 11: 0.000_510_998_95
    case 13: 0.105_658_375_5
    case 111: 0.134_976_8
    case 211: 0.139_570_39
    case 321: 0.493_677
    case 130, 310, 311: 0.497_611
    case 2212: 0.938_272_088_16
    case 2112: 0.939_565_420_52
    case 3122: 1.115_683
    case 3112: 1.197_449
    case 3222: 1.189_37
    case 3312: 1.321_71
    case 3322: 1.314_86
    case 3334: 1.672_45
    default: nil
    }
  }
}
