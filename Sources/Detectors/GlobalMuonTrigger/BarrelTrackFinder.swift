#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// CMS's barrel muon track finder as it was in 2017 and 2018: azimuth differences of two stations,
/// and for tracks of two stations the bending angle too, look pT up in tables.
///
/// - Reference: CMSSW, `L1MuBMAssignmentUnit.cc` (`PtAU`, `PhiAU`, `QuaAU`).
public struct BarrelTrackFinder: Sendable {
  public let tables: MomentumTables
  public let extrapolation: VertexExtrapolation

  init(_ propagator: BarrelPropagator) {
    tables = MomentumTables(propagator)
    extrapolation = VertexExtrapolation(propagator)
  }

  /// The muon that the segments make, `nil` for none.
  @inline(__always)
  func muon(_ segments: BarrelSegments) -> TriggerMuon? {
    typealias C = BarrelConstants
    // Stations 1 and 2, 1 and 3, 1 and 4, 2 and 3, 2 and 4.
    let pair: Int
    var stations = segments.stations
    if stations & 3 == 3,
      !SegmentWindow.joins(
        bend: segments.bend[0], difference: segments.phi[1] - segments.phi[0])
    {
      // The tracks of each of the two remain; that with the first station counts where it has one.
      stations &= stations & 12 != 0 ? ~2 : 0
    }
    switch stations {
    case let found where found & 3 == 3: pair = 0
    case let found where found & 5 == 5: pair = 1
    case let found where found & 9 == 9: pair = 2
    case let found where found & 6 == 6: pair = 3
    case let found where found & 10 == 10: pair = 4
    default: return nil
    }
    let first = pair < 3 ? 0 : 1
    let second = pair < 3 ? pair + 1 : pair - 1
    let difference = segments.phi[second] - segments.phi[first]
    let bend = segments.bend[first]
    var code = tables.code(pair: pair, difference: difference)
    let low = pair == 0 && abs(bend) >= C.lowBend
    if low, let step = C.lowBranch.first(where: { abs(difference) < $0.below }) {
      code = step.code
    }
    if segments.count == 2 && !low && abs(bend) < Int(C.segmentBendUnits) {
      code = min(code, tables.code(station: first, bend: bend))
    }

    let atSecond =
      segments.has(1)
      ? segments.phi[1] : segments.phi[0] + extrapolation.toSecondStation(bend: segments.bend[0])
    let azimuth = Double(atSecond) / C.segmentPhiUnits / TriggerMuon.phiStep
    let phi = BarrelTrackFinder.modulo(Int(azimuth.rounded(.down)), 576)
    let eta = BarrelTrackFinder.eta(segments)
    guard abs(TriggerMuon.etaStep * Double(eta)) < C.maximumEta else { return nil }
    let quality =
      C.baseQuality + (segments.count == 2 ? (first == 0 ? 1 : 0) : segments.count - 1)
    let negative = difference >= 0
    let vertex = extrapolation.atVertex(phi: phi, eta: eta, ptCode: code, negative: negative)
    // Twelve wedges of 30°, the first about φ = 0, each with up to three muons.
    let wedge = ((phi + 24) / 48) % 12
    return TriggerMuon(
      ptCode: code, eta: vertex.eta, phi: vertex.phi, etaAtStation: eta, phiAtStation: phi,
      negative: negative, quality: quality, index: 36 + 3 * wedge)
  }

  /// Fine η, the middle of the θ zone that counts, where one fired; else the middle of the wheel that
  /// the track is in.
  @inline(__always)
  private static func eta(_ segments: BarrelSegments) -> Int {
    typealias C = BarrelConstants
    let station = segments.has(1) ? 1 : segments.stations.trailingZeroBitCount
    let value: Double
    if let (seen, zone) = segments.thetaZone {
      value = asinh(zone / C.stationRadii[seen])
    } else {
      let wheel = (segments.z[station] / C.wheelPitch).rounded(.toNearestOrEven)
      value = asinh(wheel * C.wheelPitch / C.stationRadii[station])
    }
    return Int((value / TriggerMuon.etaStep).rounded())
  }

  @inline(__always)
  private static func modulo(_ value: Int, _ size: Int) -> Int {
    let rest = value % size
    return rest < 0 ? rest + size : rest
  }
}
