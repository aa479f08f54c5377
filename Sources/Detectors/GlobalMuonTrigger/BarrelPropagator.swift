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

  /// The mean of Moyal's distribution, ln 2 + γ.
  static let moyalMean = 1.270_362_845_461_478

  /// Fills `crossings` and returns how many stations the muon reached, counted from the first.
  ///
  /// Without fluctuations it loses the mean of the Moyal distribution and does not scatter.
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
        var moyal = BarrelPropagator.moyalMean
        var kicks = (0.0, 0.0)
        if fluctuating {
          // −ln x² of a normal x follows Moyal's distribution.
          let x = ziggurat.draw(&stream)
          moyal = -log(x * x + 1e-300)
          kicks = (ziggurat.draw(&stream), ziggurat.draw(&stream))
        }
        guard track.cross(step, tables, depth: depth, moyal: moyal, kicks: kicks) else {
          return reached
        }
      }
      if step.station >= 0 {
        let scattered = fluctuating ? track.zSpread * ziggurat.draw(&stream) : 0
        crossings[step.station] = StationCrossing(
          phi: track.phi, bend: step.station < 2 ? asin(track.sine) : 0, z: track.z + scattered)
        reached = step.station + 1
      }
    }
    return reached
  }
}
