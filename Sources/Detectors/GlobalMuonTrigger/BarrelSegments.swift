import WinnowTensors

/// What the drift tubes of the stations tell the track finder, in its units.
struct BarrelSegments {
  /// Bit n for a segment in station n.
  var stations = 0
  /// The stations among the first three whose θ superlayer fired; the fourth has none.
  var thetaStations = 0
  /// 1/4096 rad, over the whole circle.
  var phi = InlineArray<4, Int>(repeating: 0)
  /// 1/512 rad, of the first two stations.
  var bend = InlineArray<4, Int>(repeating: 0)
  var z = InlineArray<4, Double>(repeating: 0)

  func has(_ station: Int) -> Bool { stations & (1 << station) != 0 }

  var count: Int { stations.nonzeroBitCount }

  /// Segments in the stations that a muon reached and in whose chambers it was, at the efficiency
  /// of ``BarrelConstants/segmentEfficiency`` for each of the two views.
  @inline(__always)
  init(
    _ crossings: StationCrossings, reached: Int, _ ziggurat: Ziggurat, _ stream: inout RandomStream
  ) {
    typealias C = BarrelConstants
    for station in 0..<reached {
      let crossing = crossings[station]
      let wheel = (crossing.z / C.wheelPitch).rounded(.toNearestOrEven)
      if abs(wheel) > C.outermostWheel { continue }
      if abs(crossing.z - C.wheelPitch * wheel) > C.chamberHalfLength { continue }
      let lucky = stream.uniform() < C.segmentEfficiency
      if station < 3 && stream.uniform() < C.segmentEfficiency {
        thetaStations |= 1 << station
      }
      z[station] = crossing.z
      guard lucky else { continue }
      stations |= 1 << station
      phi[station] = Int((crossing.phi * C.segmentPhiUnits).rounded(.down))
      if station > 1 { continue }
      let angle = crossing.bend + C.segmentBendResolution * ziggurat.draw(&stream)
      bend[station] = Int((angle * C.segmentBendUnits).rounded(.down))
    }
  }
}
