#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowTensors

/// A muon where it crossed a station.
struct StationCrossing: Sendable, Hashable {
  var phi = 0.0
  /// Direction less azimuth, the bending angle; 0 beyond the second station, where none is used.
  var bend = 0.0
  /// Along the beam, scattering included.
  var z = 0.0
}

typealias StationCrossings = InlineArray<4, StationCrossing>

/// Takes muons through the layers of the barrel to the stations that they reach.
struct BarrelPropagator: Sendable {
  let steps: [BarrelStep]
  let tables: LossTables
  private let ziggurat = Ziggurat()
  private let landau = LandauVariate()

  init(_ layers: [BarrelLayer]) {
    var tables = LossTables()
    var inner = 0.0
    steps = layers.map { layer in
      var step = BarrelStep()
      step.outerRadius = layer.outerRadius
      step.inverseRadius = 1 / layer.outerRadius
      step.depth = layer.outerRadius - inner
      step.field = layer.field
      step.maximumZ = layer.maximumZ
      step.station = layer.station ?? -1
      if let absorber = layer.absorber {
        tables.add(absorber, thickness: layer.thickness, to: &step)
      }
      inner = layer.outerRadius
      return step
    }
    self.tables = tables
  }

  /// The median of Landau's distribution above its mode, in units of ξ: what a typical muon loses
  /// more than the most probable loss.
  static let typicalLoss = LandauVariate.median - LandauVariate.mode

  /// Where the first station's crossings lie beyond the acceptance for good: scattering takes a muon
  /// back by a few hundredths of η at most.
  private static let farthest =
    BarrelConstants.stationRadii[0] * sinh(BarrelConstants.maximumEta + 0.1)

  /// Fills `crossings` and returns how many stations the muon reached, counted from the first.
  ///
  /// Without fluctuations it loses the median of Landau's distribution and does not scatter.
  @inline(__always)
  func propagate(
    _ start: BarrelTrack, fluctuating: Bool, _ stream: inout RandomStream,
    _ crossings: inout StationCrossings
  ) -> Int {
    var track = start
    var reached = 0
    for place in 0..<steps.count {
      let step = steps[place]
      let depth = step.outerRadius - track.radius
      if depth <= 0 { continue }
      let inside = abs(track.z) < step.maximumZ
      guard
        track.follow(
          to: step.outerRadius, step.inverseRadius, field: inside ? step.field : 0)
      else { return reached }
      if inside && step.table >= 0 {
        var (excess, hardness) = (BarrelPropagator.typicalLoss, 1.0)
        var kicks = (0.0, 0.0)
        if fluctuating {
          // Both halves of a word, each an even draw of 32 bits.
          let word = stream.next()
          excess = landau.value(Double(word >> 32) * 0x1p-32) - LandauVariate.mode
          hardness = Double(word & 0xFFFF_FFFF) * 0x1p-32
          kicks = (ziggurat.draw(&stream), ziggurat.draw(&stream))
        }
        guard track.cross(step, tables, depth: depth, excess: excess, hardness: hardness, kicks: kicks) else {
          return reached
        }
      }
      if step.station >= 0 {
        let scattered = fluctuating ? track.zSpread * ziggurat.draw(&stream) : 0
        crossings[step.station] = StationCrossing(
          phi: track.phi, bend: step.station < 2 ? asin(track.sine) : 0, z: track.z + scattered)
        reached = step.station + 1
        // So far out along the beam at the first station the muon leaves the track finder's range.
        if step.station == 0 && abs(track.z) > BarrelPropagator.farthest { return reached }
      }
    }
    return reached
  }
}
