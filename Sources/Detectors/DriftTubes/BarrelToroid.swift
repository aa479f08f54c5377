#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A uniform azimuthal field between two radii: along y in a sector's frame.
///
/// ATLAS's real field follows its eight coils (bending power 1.5 to 5.5 Tm over the barrel); the
/// uniform one has its mean, so that tracks are exact circles in the x–z plane.
///
/// - Reference: ATLAS Collaboration, JINST 3 (2008) S08003: barrel toroid of inner and outer
///   diameter 9.4 and 20.1 m, about 0.5 T.
public struct BarrelToroid: Sendable, Hashable {
  /// Where the field begins, mm.
  public var innerRadius = 4700.0
  /// Where it ends, mm.
  public var outerRadius = 10_050.0
  /// In tesla; bends a positive particle that flies outwards towards +z.
  public var field = 0.5

  public init() {}

  /// The momentum in GeV of a unit charge on a circle of 1 mm in 1 T: c in these units.
  public static let momentumPerTeslaMillimetre = 0.299_792_458e-3
}

/// A particle in a sector's frame: mm and GeV.
public struct SectorTrack: Sendable, Hashable {
  public var x, y, z: Double
  public var px, py, pz: Double
  /// In units of the elementary charge.
  public var charge: Double

  public init(
    x: Double, y: Double, z: Double, px: Double, py: Double, pz: Double, charge: Double
  ) {
    (self.x, self.y, self.z) = (x, y, z)
    (self.px, self.py, self.pz, self.charge) = (px, py, pz, charge)
  }
}

/// Where a track meets a plane of constant x.
public struct PlaneCrossing: Sendable, Hashable {
  public var y, z: Double
  /// The cosine of the angle to the plane's normal in the x–z plane; negative on the way back.
  public var cosine: Double
}

/// A track's way through the toroid: straight to the field, then a circle in x–z.
///
/// With α the angle to the x axis in the x–z plane and κ = 0.3 q B / p_xz, the field turns the
/// track as `sin α(x) = sin α₀ + κ (x − x₀)`, and
/// `z = z₀ + (x − x₀)(sin α + sin α₀)/(cos α + cos α₀)` holds for any curvature. Energy loss and multiple scattering are left out.
public struct ToroidPath: Sendable, Hashable {
  private let startX, startY, startZ: Double
  /// Where the circle begins.
  private let fieldX, fieldY, fieldZ: Double
  private let tangentXZ, tangentXY: Double
  private let sine, cosine, angle: Double
  /// 1/mm, signed.
  public let curvature: Double
  /// dy per length in the x–z plane.
  private let rise: Double

  /// - Returns: `nil` for a track that does not fly outwards.
  public init?(_ track: SectorTrack, in toroid: BarrelToroid) {
    guard track.px > 0 else { return nil }
    (startX, startY, startZ) = (track.x, track.y, track.z)
    tangentXZ = track.pz / track.px
    tangentXY = track.py / track.px
    let transverse = (track.px * track.px + track.pz * track.pz).squareRoot()
    sine = track.pz / transverse
    cosine = track.px / transverse
    angle = asin(sine)
    rise = track.py / transverse
    curvature =
      BarrelToroid.momentumPerTeslaMillimetre * track.charge * toroid.field / transverse
    fieldX = max(track.x, toroid.innerRadius)
    fieldY = startY + tangentXY * (fieldX - startX)
    fieldZ = startZ + tangentXZ * (fieldX - startX)
  }

  /// Where the track meets the plane on its way out.
  public func outward(to x: Double) -> PlaneCrossing? {
    if x < startX { return nil }
    if x <= fieldX {
      let step = x - startX
      return PlaneCrossing(
        y: startY + tangentXY * step, z: startZ + tangentXZ * step, cosine: cosine)
    }
    let step = x - fieldX
    let sine = sine + curvature * step
    if abs(sine) >= 1 { return nil }
    let cosine = (1 - sine * sine).squareRoot()
    let rest = (sine + self.sine) / (cosine + self.cosine)
    // The arc from its chord; the chord itself where the circle is too wide to tell them apart.
    let chord = step * (1 + rest * rest).squareRoot()
    let half = 0.5 * chord * curvature
    let arc = abs(half) < 1e-4 ? chord : asin(half) / (0.5 * curvature)
    return PlaneCrossing(y: fieldY + rise * arc, z: fieldZ + step * rest, cosine: cosine)
  }

  /// Where a track that the field turns around meets the plane on its way back.
  ///
  /// - Parameter end: the end of the field, behind which nothing turns.
  public func backward(to x: Double, end: Double) -> PlaneCrossing? {
    guard x > fieldX, curvature != 0, abs(sine + curvature * (end - fieldX)) >= 1 else {
      return nil
    }
    let sine = sine + curvature * (x - fieldX)
    if abs(sine) >= 1 { return nil }
    let cosine = (1 - sine * sine).squareRoot()
    let turned = (curvature > 0 ? Double.pi : -Double.pi) - asin(sine)
    return PlaneCrossing(
      y: fieldY + rise * (turned - angle) / curvature,
      z: fieldZ + (self.cosine + cosine) / curvature, cosine: -cosine)
  }
}
