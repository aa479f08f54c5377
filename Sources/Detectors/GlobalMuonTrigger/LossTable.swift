#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a muon meets in one layer, made ready for the inner loop: numbers alone, nothing counted by
/// reference.
struct BarrelStep: Sendable {
  var outerRadius = 0.0
  var inverseRadius = 0.0
  /// Whole radial extent; a muon born inside crosses a part.
  var depth = 0.0
  var field = 0.0
  var maximumZ = Double.infinity
  /// −1 for none.
  var station = -1
  /// Where its material's table begins, −1 without material.
  var table = -1
  var thicknessPerDepth = 0.0
  var logThickness = 0.0
  /// Per mm of path: ξ β² in GeV, radiation lengths; and the logarithms of ξ β²/I and of these.
  var widthPerLength = 0.0
  var depthPerLength = 0.0
  var logWidth = 0.0
  var logDepth = 0.0
}

/// What depends on the momentum alone in the loss and the scattering of muons, over 1/p, where it
/// is smooth and ends at a plateau: for each material ``Absorber/shape(momentum:)`` + ln(1/β²), and
/// ln(1/β²).
struct LossTables: Sendable {
  private(set) var nodes: [SIMD2<Double>] = []

  private static let count = 512
  /// A table ends at 100 MeV, where 1/p is 10.
  private static let scale = Double(count - 1) / 10

  /// Appends a material and fills in the numbers of a layer whose depth is known, for so much of it
  /// in mm.
  mutating func add(_ absorber: Absorber, thickness: Double, to step: inout BarrelStep) {
    step.thicknessPerDepth = thickness / step.depth
    step.logThickness = log(thickness)
    step.table = nodes.count
    let mass = Absorber.muonMass
    for node in 0..<LossTables.count {
      // At 1/p = 0 the plateau, from a momentum where it is reached.
      let p = node == 0 ? 1e6 : LossTables.scale / Double(node)
      let slowness = log(1 + mass * mass / (p * p))
      nodes.append(SIMD2(absorber.shape(momentum: p) + slowness, slowness))
    }
    let amount = absorber.density / 10
    step.widthPerLength = 0.5 * Absorber.strength * absorber.chargeToMass * amount
    step.depthPerLength = amount / absorber.radiationLength
    step.logWidth = log(step.widthPerLength / absorber.excitation)
    step.logDepth = log(step.depthPerLength)
  }

  /// Most probable loss and `ξ` (GeV) on a path (mm), and Highland's σ without its 1/(βp), which is
  /// taken at another momentum.
  @inline(__always)
  func response(_ step: BarrelStep, inverseMomentum: Double, path: Double, logPath length: Double)
    -> (loss: Double, width: Double, angle: Double)
  {
    let place = min(inverseMomentum * LossTables.scale, Double(LossTables.count - 2))
    let node = Int(place)
    let (low, high) = (nodes[step.table + node], nodes[step.table + node + 1])
    let value = low + (place - Double(node)) * (high - low)
    let mass = Absorber.muonMass
    let width =
      step.widthPerLength * path * (1 + mass * mass * inverseMomentum * inverseMomentum)
    let loss = width * (value.x + step.logWidth + length)
    let angle =
      0.0136 * (step.depthPerLength * path).squareRoot()
      * (1 + 0.038 * (step.logDepth + length + value.y))
    return (loss, width, angle)
  }
}
