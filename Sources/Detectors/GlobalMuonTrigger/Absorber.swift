#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents

/// A material that muons cross: how much energy they lose in it and how far it turns them.
///
/// - Reference: Particle Data Group, Review of Particle Physics 2024, section 34, Passage of
///   particles through matter; parameters of the density effect: R. M. Sternheimer, M. J. Berger,
///   S. M. Seltzer, At. Data Nucl. Data Tables 30 (1984) 261, as in D. E. Groom, N. V. Mokhov,
///   S. I. Striganov, At. Data Nucl. Data Tables 78 (2001) 183.
public struct Absorber: Sendable, Hashable {
  public let name: String
  /// Mean charge number over mass number.
  public let chargeToMass: Double
  /// g/cm³
  public let density: Double
  /// Mean excitation energy in GeV.
  public let excitation: Double
  /// Radiation length in g/cm².
  public let radiationLength: Double
  /// The density effect: a, k, x₀, x₁, C̄, δ₀.
  private let a, k, x0, x1, c, d0: Double

  public static let iron = Absorber(
    name: "iron", chargeToMass: 26 / 55.845, density: 7.874, excitation: 286e-9,
    radiationLength: 13.84, a: 0.14680, k: 2.9632, x0: -0.0012, x1: 3.1531, c: 4.2911, d0: 0.12)
  public static let copper = Absorber(
    name: "copper", chargeToMass: 29 / 63.546, density: 8.96, excitation: 322e-9,
    radiationLength: 12.86, a: 0.14339, k: 2.9044, x0: -0.0254, x1: 3.2792, c: 4.4190, d0: 0.08)
  /// Cartridge brass, Cu 70 %, Zn 30 %: copper's parameters at brass's density; zinc's differ by
  /// 2 %.
  public static let brass = Absorber(
    name: "brass", chargeToMass: 29 / 63.546, density: 8.53, excitation: 322e-9,
    radiationLength: 12.86, a: 0.14339, k: 2.9044, x0: -0.0254, x1: 3.2792, c: 4.4190, d0: 0.08)
  public static let aluminium = Absorber(
    name: "aluminium", chargeToMass: 13 / 26.982, density: 2.699, excitation: 166e-9,
    radiationLength: 24.01, a: 0.08024, k: 3.6345, x0: 0.1708, x1: 3.0127, c: 4.2395, d0: 0.12)
  public static let leadTungstate = Absorber(
    name: "lead tungstate", chargeToMass: 0.413_15, density: 8.30, excitation: 600.7e-9,
    radiationLength: 7.39, a: 0.22758, k: 3.0, x0: 0.4068, x1: 3.0023, c: 5.8528, d0: 0)

  /// K = 4π N_A r_e² m_e c², GeV cm²/mol.
  static let strength = 0.307_075e-3
  static let electronMass = 0.510_998_95e-3
  static let muonMass = 0.105_658_375_5

  /// The density effect δ(βγ).
  public func densityEffect(betaGamma: Double) -> Double {
    let x = log10(betaGamma)
    let linear = 2 * log(10) * x - c
    if x >= x1 { return linear }
    if x >= x0 { return linear + a * pow(x1 - x, k) }
    return d0 * pow(10, 2 * (x - x0))
  }

  /// Mean loss by ionisation per g/cm², in GeV, of a muon of this momentum (GeV): Bethe's formula,
  /// PDG (34.5).
  public func meanLoss(momentum p: Double) -> Double {
    let mass = Absorber.muonMass, electron = Absorber.electronMass
    let energy = (p * p + mass * mass).squareRoot()
    let (gamma, betaGamma, beta2) = (energy / mass, p / mass, p * p / (energy * energy))
    let ratio = electron / mass
    let transfer = 2 * electron * betaGamma * betaGamma / (1 + 2 * gamma * ratio + ratio * ratio)
    return Absorber.strength * chargeToMass / beta2
      * (0.5 * log(2 * electron * betaGamma * betaGamma * transfer / (excitation * excitation))
        - beta2 - densityEffect(betaGamma: betaGamma) / 2)
  }

  /// Whether a loss above the most probable one (GeV), taken for one collision with an electron,
  /// happens: its cross section falls as 1 − T/Tmax, PDG (34.8) at β = 1 and (34.4), which Landau's
  /// distribution does not know.
  ///
  /// - Parameter draw: even in 0..<1.
  @inline(__always)
  static func happens(_ transfer: Double, energy: Double, _ draw: Double) -> Bool {
    let (gamma, ratio) = (energy * (1 / muonMass), electronMass / muonMass)
    let most = 2 * electronMass * (gamma * gamma - 1)
    // Products in place of a division: T < (1 − u) Tmax, 1 − u as even as u.
    return transfer * (1 + 2 * ratio * gamma + ratio * ratio) <= draw * most
  }

  /// `ξ` in GeV for this amount in g/cm², PDG (34.12).
  public func landauWidth(momentum p: Double, amount: Double) -> Double {
    let beta2 = p * p / (p * p + Absorber.muonMass * Absorber.muonMass)
    return 0.5 * Absorber.strength * chargeToMass * amount / beta2
  }

  /// The most probable loss in GeV in this amount (g/cm²), PDG (34.12).
  public func mostProbableLoss(momentum p: Double, amount: Double) -> Double {
    let width = landauWidth(momentum: p, amount: amount)
    return width * (log(width / excitation) + shape(momentum: p))
  }

  /// The part of (34.12) that does not know the amount: `ln(2 m βγ²/I) + 0.2 − β² − δ`.
  func shape(momentum p: Double) -> Double {
    let betaGamma = p / Absorber.muonMass
    let beta2 = p * p / (p * p + Absorber.muonMass * Absorber.muonMass)
    return log(2 * Absorber.electronMass * betaGamma * betaGamma / excitation) + 0.2 - beta2
      - densityEffect(betaGamma: betaGamma)
  }

  /// σ of the angle projected on a plane after this amount (g/cm²): Highland's formula, PDG
  /// (34.16).
  public func scatteringAngle(momentum p: Double, amount: Double) -> Double {
    let beta = p / (p * p + Absorber.muonMass * Absorber.muonMass).squareRoot()
    let depth = amount / radiationLength
    return 0.0136 / (beta * p) * depth.squareRoot() * (1 + 0.038 * log(depth / (beta * beta)))
  }
}
