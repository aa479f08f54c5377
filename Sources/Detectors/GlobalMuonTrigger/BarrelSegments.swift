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

  init() {}

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

  /// The station whose θ zone gives η, and the middle of the zone along the beam (mm); `nil` without
  /// one.
  ///
  /// As the η track finder ranks its patterns (CMSSW, `ETFPatternList.lut`): patterns of more stations
  /// first, of as many stations the outer ones, and η always of a pattern's outermost zone. Zones
  /// belong to one pattern within a zone's length of the line to the vertex.
  @inline(__always)
  var thetaZone: (station: Int, z: Double)? {
    if thetaStations == 0 { return nil }
    if thetaStations & 4 != 0 {
      if thetaStations & 3 == 0 || matches(2, 1) || matches(2, 0) { return (2, zone(2)) }
      if thetaStations & 3 == 3, matches(1, 0) { return (1, zone(1)) }
      return (2, zone(2))
    }
    let outer = thetaStations & 2 != 0 ? 1 : 0
    return (outer, zone(outer))
  }

  /// The middle of the zone that a station's crossing is in.
  @inline(__always)
  private func zone(_ station: Int) -> Double {
    typealias C = BarrelConstants
    let center = (z[station] * (1 / C.wheelPitch)).rounded(.toNearestOrEven) * C.wheelPitch
    let length = 2 * C.chamberHalfLength / C.thetaZones
    return center + ((z[station] - center) * (1 / length)).rounded(.toNearestOrEven) * length
  }

  @inline(__always)
  private func matches(_ outer: Int, _ inner: Int) -> Bool {
    typealias C = BarrelConstants
    guard thetaStations & (1 << inner) != 0 else { return false }
    let line = zone(outer) * C.stationRadii[inner] / C.stationRadii[outer]
    return abs(zone(inner) - line) <= 2 * C.chamberHalfLength / C.thetaZones
  }
}
