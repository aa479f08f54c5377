#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A muon on its way out, at a radius: where it is and how it goes on.
///
/// In a field along the beam the transverse path is a circle of curvature `κ = −0.3 q B/pT` (per m,
/// for T and GeV). With α the angle of the path to the radius, `r sin α − κ r²/2` is conserved, and
/// the azimuth turns between two radii by the difference of the arguments of
/// `κ r − sin α + i cos α`: both exact.
struct BarrelTrack {
  var radius: Double
  var phi: Double
  /// The sine of the angle between path and radius.
  var sine: Double
  var cosine: Double
  var z: Double
  /// 1/GeV
  private(set) var inversePt: Double
  /// GeV
  private var energy: Double
  /// cosh η and sinh η of the direction, which scattering does not change here.
  private let coshEta: Double
  private let inverseCoshEta: Double
  private let logCoshEta: Double
  private let sinhEta: Double
  private let charge: Double
  /// Σ of what scattering in the plane of the beam adds to z at any radius `R` farther out,
  /// `Σ θᵢ² ((R − rᵢ)² + (R − rᵢ) tᵢ + tᵢ²/3)`, as the coefficients of R², R and 1.
  private(set) var spread = (square: 0.0, linear: 0.0, constant: 0.0)

  /// 0.3 in GeV/(T mm).
  static let bend = 0.299_792_458e-3
  /// Muons whose path comes this near to the tangent are given up: sin α.
  static let steepest = 0.97
  /// Muons that lose more than all but this (GeV) stop.
  static let least = 0.3

  /// A muon with this momentum at this place (mm).
  init(
    pt: Double, eta: Double, phi direction: Double, charge: Double,
    at place: SIMD3<Double> = .zero
  ) {
    radius = (place.x * place.x + place.y * place.y).squareRoot()
    phi = radius > 0 ? atan2(place.y, place.x) : direction
    let angle = direction - phi
    (sine, cosine) = radius > 0 ? (sin(angle), cos(angle)) : (0, 1)
    z = place.z
    let grown = exp(eta)
    (coshEta, sinhEta) = ((grown + 1 / grown) / 2, (grown - 1 / grown) / 2)
    (inversePt, inverseCoshEta) = (1 / pt, 1 / coshEta)
    logCoshEta = log(coshEta)
    let p = pt * coshEta
    energy = (p * p + Absorber.muonMass * Absorber.muonMass).squareRoot()
    self.charge = charge
  }

  var pt: Double { 1 / inversePt }

  /// Follows the circle to a radius farther out; `false` where it turns back before.
  @inline(__always)
  mutating func follow(to outer: Double, _ inverseOuter: Double, field: Double) -> Bool {
    let curvature = -BarrelTrack.bend * charge * field * inversePt
    let step = outer - radius
    let sineOut = (radius * sine + curvature * step * (outer + radius) / 2) * inverseOuter
    guard abs(sineOut) < BarrelTrack.steepest else { return false }
    let cosineOut = (1 - sineOut * sineOut).squareRoot()
    let (realIn, realOut) = (curvature * radius - sine, curvature * outer - sineOut)
    let real = realIn * realOut + cosine * cosineOut
    let imaginary = cosine * realOut - realIn * cosineOut
    let turn = BarrelTrack.argument(imaginary, real)
    // The chord, and from it the arc: (2/κ) asin(κ chord/2) to the sixth order in κ. Products with
    // inverses, since no compiler may turn a division into one.
    let square = turn * turn
    let chordSquared =
      step * step
      + radius * outer * square
      * (1 - square * (1.0 / 12) * (1 - square * (1.0 / 30) * (1 - square * (1.0 / 56))))
    let bow = curvature * curvature * chordSquared * (1.0 / 24)
    let arc = chordSquared.squareRoot() * (1 + bow * (1 + bow * (2.7 + 9.643 * bow)))
    z += arc * sinhEta
    phi += turn
    (radius, sine, cosine) = (outer, sineOut, cosineOut)
    return true
  }

  /// `atan2`, by its series where the angle is small.
  @inline(__always)
  static func argument(_ imaginary: Double, _ real: Double) -> Double {
    if real > 0, abs(imaginary) < 0.2 * real {
      let x = imaginary / real
      let s = x * x
      // The first term left out, x¹¹/11, is below 2·10⁻⁹.
      return x * (1 - s * (1.0 / 3 - s * (0.2 - s * (1.0 / 7 - s * (1.0 / 9)))))
    }
    return atan2(imaginary, real)
  }

  /// Loses energy and scatters in an absorber that fills the last `depth` mm; `false` where the
  /// muon stops. The draws are standard: for the loss Landau's variate above its mode and an even one
  /// for whether one electron can take so much (else the loss is the median), for the angle two
  /// normal ones.
  ///
  /// Angle and displacement after a thick scatterer: PDG 2024, (34.20) and (34.21).
  @inline(__always)
  mutating func cross(
    _ step: BarrelStep, _ tables: LossTables, depth: Double, excess: Double,
    hardness: Double, kicks: (Double, Double)
  ) -> Bool {
    let mass = Absorber.muonMass
    let inverseCosine = 1 / cosine
    let inverseMomentum = inversePt * inverseCoshEta
    let path = step.thicknessPerDepth * depth * coshEta * inverseCosine
    // ln(1/cos α) by its series where α is small: the first term left out is below 2·10⁻⁵.
    let square = sine * sine
    let slant =
      square < 0.2
      ? square * (0.5 + square * (0.25 + square * (1.0 / 6 + square * (0.125 + square * 0.1))))
      : -log(cosine)
    let part = depth == step.depth ? 0 : log(depth / step.depth)
    let (loss, width, angle) = tables.response(
      step, inverseMomentum: inverseMomentum, path: path,
      logPath: step.logThickness + part + logCoshEta + slant)
    let before = energy
    let happens = Absorber.happens(width * excess, energy: energy, hardness)
    energy -= loss + width * (happens ? excess : BarrelPropagator.typicalLoss)
    guard energy > BarrelTrack.least else { return false }
    let inverseAfter = 1 / (energy * energy - mass * mass).squareRoot()
    inversePt = inverseAfter * coshEta
    // 1/(βp) = E/p², with the means of energy and of 1/p before and after.
    let inverseMean = (inverseMomentum + inverseAfter) / 2
    let theta = angle * (before + energy) / 2 * inverseMean * inverseMean

    let wide = theta * coshEta
    let turned = wide * kicks.1
    let moved = wide * depth * (kicks.0 * 0.288_675_134_594_812_9 + kicks.1 / 2)
    // Moved across the path, the muon stands at another azimuth and its direction stays.
    let shift = moved * step.inverseRadius * inverseCosine
    phi += shift
    let delta = turned - shift
    let sineOut = sine + cosine * delta - sine * delta * delta / 2
    guard abs(sineOut) < BarrelTrack.steepest else { return false }
    (sine, cosine) = (sineOut, (1 - sineOut * sineOut).squareRoot())

    let along = wide * wide * coshEta * coshEta
    spread.square += along
    spread.linear += along * (depth - 2 * radius)
    spread.constant += along * (radius * radius - radius * depth + depth * depth * (1.0 / 3))
    return true
  }

  /// σ of z at this radius from scattering so far.
  var zSpread: Double {
    max(spread.square * radius * radius + spread.linear * radius + spread.constant, 0).squareRoot()
  }
}
