#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An energy and a momentum in GeV, Cartesian.
///
/// The z axis is the beam, φ the angle about it in (−π, π], η = arsinh(pz/pT) the pseudorapidity.
public struct FourMomentum: Sendable, Hashable, Codable {
  public var px, py, pz, e: Double

  public init(px: Double, py: Double, pz: Double, e: Double) {
    (self.px, self.py, self.pz, self.e) = (px, py, pz, e)
  }

  /// From transverse momentum, pseudorapidity, azimuth and mass; a negative mass is a negative m².
  public init(pt: Double, eta: Double, phi: Double, mass: Double) {
    let pz = pt * sinh(eta)
    let squared = pt * pt + pz * pz + mass * abs(mass)
    self.init(px: pt * cos(phi), py: pt * sin(phi), pz: pz, e: max(squared, 0).squareRoot())
  }

  /// From transverse momentum, rapidity `y = artanh(pz/E)`, azimuth and mass.
  public init(pt: Double, rapidity: Double, phi: Double, mass: Double) {
    let transverse = (pt * pt + mass * mass).squareRoot()
    self.init(
      px: pt * cos(phi), py: pt * sin(phi), pz: transverse * sinh(rapidity),
      e: transverse * cosh(rapidity))
  }

  public static let zero = FourMomentum(px: 0, py: 0, pz: 0, e: 0)

  /// Transverse momentum.
  public var pt: Double { hypot(px, py) }
  /// The size of the momentum.
  public var p: Double { (px * px + py * py + pz * pz).squareRoot() }
  /// Azimuth in (−π, π]; 0 without transverse momentum.
  public var phi: Double { wrapped(atan2(py, px)) }
  /// Pseudorapidity; ±∞ along the beam, 0 without momentum.
  public var eta: Double {
    let pt = pt
    if pt == 0 { return pz == 0 ? 0 : (pz > 0 ? .infinity : -.infinity) }
    return asinh(pz / pt)
  }
  /// Rapidity; ±∞ for a massless momentum along the beam.
  public var rapidity: Double {
    let transverse = max(e * e - pz * pz, 0).squareRoot()
    if transverse == 0 { return pz == 0 ? 0 : (pz > 0 ? .infinity : -.infinity) }
    return asinh(pz / transverse)
  }
  /// E² − p²
  public var massSquared: Double { (e - pz) * (e + pz) - px * px - py * py }
  /// √m², with the sign of m².
  public var mass: Double {
    let square = massSquared
    return square < 0 ? -(-square).squareRoot() : square.squareRoot()
  }
  /// √(E² − pz²)
  public var transverseMass: Double { max((e - pz) * (e + pz), 0).squareRoot() }
  /// E sin θ
  public var transverseEnergy: Double {
    let p = p
    return p == 0 ? 0 : e * pt / p
  }

  public static func + (a: FourMomentum, b: FourMomentum) -> FourMomentum {
    FourMomentum(px: a.px + b.px, py: a.py + b.py, pz: a.pz + b.pz, e: a.e + b.e)
  }
  public static func - (a: FourMomentum, b: FourMomentum) -> FourMomentum {
    FourMomentum(px: a.px - b.px, py: a.py - b.py, pz: a.pz - b.pz, e: a.e - b.e)
  }
  public static prefix func - (a: FourMomentum) -> FourMomentum { .zero - a }
  public static func * (factor: Double, a: FourMomentum) -> FourMomentum {
    FourMomentum(px: factor * a.px, py: factor * a.py, pz: factor * a.pz, e: factor * a.e)
  }
  public static func += (a: inout FourMomentum, b: FourMomentum) { a = a + b }

  /// The invariant product `E E′ − p·p′`.
  public func dot(_ other: FourMomentum) -> Double {
    e * other.e - px * other.px - py * other.py - pz * other.pz
  }

  /// Seen from a frame that moves with velocity −β, so that `m` at rest becomes `m` with velocity β.
  ///
  /// - Parameter velocity: β in units of the speed of light, shorter than 1.
  public func boosted(by velocity: SIMD3<Double>) -> FourMomentum {
    let square = (velocity * velocity).sum()
    guard square > 0 else { return self }
    let gamma = 1 / (1 - square).squareRoot()
    let along = velocity.x * px + velocity.y * py + velocity.z * pz
    let factor = (gamma - 1) * along / square + gamma * e
    return FourMomentum(
      px: px + factor * velocity.x, py: py + factor * velocity.y, pz: pz + factor * velocity.z,
      e: gamma * (e + along))
  }

  /// The distance in pseudorapidity and azimuth, `√(Δη² + Δφ²)`.
  public func deltaR(_ other: FourMomentum) -> Double {
    hypot(eta - other.eta, deltaPhi(phi, other.phi))
  }
}

extension Sequence<FourMomentum> {
  /// The sum of all.
  public var sum: FourMomentum { reduce(.zero, +) }
  /// The mass of the sum.
  public var invariantMass: Double { sum.mass }
}

/// An angle brought into (−π, π].
public func wrapped(_ angle: Double) -> Double {
  if angle > -.pi && angle <= .pi { return angle }
  let turned = angle - 2 * .pi * (angle / (2 * .pi)).rounded(.toNearestOrEven)
  return turned <= -.pi ? turned + 2 * .pi : turned > .pi ? turned - 2 * .pi : turned
}

/// `a − b` in (−π, π].
public func deltaPhi(_ a: Double, _ b: Double) -> Double { wrapped(a - b) }

/// `√(Δη² + Δφ²)`
public func deltaR(_ etaA: Double, _ phiA: Double, _ etaB: Double, _ phiB: Double) -> Double {
  hypot(etaA - etaB, deltaPhi(phiA, phiB))
}
