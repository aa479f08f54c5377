#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowTensors

/// The global muon trigger's tables from pT and η at the second station to how far φ and η at the
/// vertex are away.
///
/// In the format of CMS: 5 bits of |η|, 7 bits of pT, 4 bits of result; φ in units of four steps,
/// so that 60 steps (0.65 rad) are the most it can say, which muons below 4.5 GeV exceed. The
/// entries are those of a muon of this pT that loses its mean energy and does not scatter.
public struct VertexExtrapolation: Sendable {
  private let deltaPhi: [UInt8]
  private let deltaEta: [UInt8]
  /// Bending angle at the first station (1/512 rad) to the azimuth from there to the second, in
  /// 1/4096 rad, for tracks without a segment in the second.
  private let onward: [Int]

  private static let rows = 32

  init(_ propagator: BarrelPropagator) {
    typealias C = BarrelConstants
    let codes = C.extrapolationPtCodes
    var deltaPhi = [UInt8](repeating: 0, count: VertexExtrapolation.rows * codes)
    var deltaEta = deltaPhi
    var stream = RandomStream(seed: 0)
    var crossings = StationCrossings(repeating: StationCrossing())
    for row in 0..<VertexExtrapolation.rows {
      // The middle of the row; above the barrel's end CMS's table is empty.
      let middle = (Double(row << C.extrapolationEtaShift) + 4) * TriggerMuon.etaStep
      if middle > C.maximumEta + 4 * TriggerMuon.etaStep { continue }
      // Below the least pT that arrives, η stays what it was there.
      var lastEta = UInt8(0)
      for code in (1..<codes).reversed() {
        let pt = 0.5 * Double(code - 1)
        var (turned, moved, arrives) = (0.0, 0.0, pt > 0)
        // η at the station is given: two corrections of η at the vertex are enough for a unit.
        for _ in 0..<3 where arrives {
          let start = BarrelTrack(pt: pt, eta: middle - moved, phi: 0, charge: -1)
          arrives =
            propagator.propagate(start, fluctuating: false, &stream, &crossings) > 1
          turned = crossings[1].phi
          moved = asinh(crossings[1].z / C.stationRadii[1]) - (middle - moved)
        }
        let units = TriggerMuon.phiStep * Double(1 << C.extrapolationPhiShift)
        let most = Double(C.extrapolationMaximum)
        deltaPhi[row * codes + code] = UInt8(arrives ? min((turned / units).rounded(), most) : most)
        if arrives { lastEta = UInt8(min(max((moved / TriggerMuon.etaStep).rounded(), 0), most)) }
        deltaEta[row * codes + code] = lastEta
      }
    }
    (self.deltaPhi, self.deltaEta) = (deltaPhi, deltaEta)

    // From high pT down, where bending angle and azimuth grow together.
    var bends = [0.0], turns = [0.0]
    for pt in MomentumTables.momenta.reversed() {
      let start = BarrelTrack(pt: pt, eta: 0, phi: 0, charge: -1)
      guard propagator.propagate(start, fluctuating: false, &stream, &crossings) > 1,
        crossings[0].bend > bends.last!
      else { break }
      bends.append(crossings[0].bend)
      turns.append(crossings[1].phi - crossings[0].phi)
    }
    onward = (0..<512).map { bend in
      let angle = Double(bend) / C.segmentBendUnits
      let above = min(bends.firstIndex { $0 >= angle } ?? bends.count - 1, bends.count - 1)
      if above == 0 { return 0 }
      let part = min((angle - bends[above - 1]) / (bends[above] - bends[above - 1]), 1)
      let turn = turns[above - 1] + part * (turns[above] - turns[above - 1])
      return Int((turn * C.segmentPhiUnits).rounded())
    }
  }

  /// The table's entry, in units of four steps of φ, and in steps of η.
  public func entry(eta: Int, ptCode: Int) -> (phi: Int, eta: Int) {
    typealias C = BarrelConstants
    guard ptCode < C.extrapolationPtCodes else { return (0, 0) }
    let row = min(abs(eta) >> C.extrapolationEtaShift, VertexExtrapolation.rows - 1)
    let place = row * C.extrapolationPtCodes + ptCode
    return (Int(deltaPhi[place]), Int(deltaEta[place]))
  }

  /// φ and η at the vertex: a positive muon turns to smaller φ on its way out.
  @inline(__always)
  func atVertex(phi: Int, eta: Int, ptCode: Int, negative: Bool) -> (phi: Int, eta: Int) {
    let entry = entry(eta: eta, ptCode: ptCode)
    let turned = entry.phi << BarrelConstants.extrapolationPhiShift
    let azimuth = (phi + (negative ? -turned : turned) + 576) % 576
    return (azimuth, eta > 0 ? eta - entry.eta : eta + entry.eta)
  }

  /// The azimuth (1/4096 rad) from the first station to the second, from the bending angle.
  @inline(__always)
  func toSecondStation(bend: Int) -> Int {
    let size = onward[min(abs(bend), onward.count - 1)]
    return bend < 0 ? -size : size
  }
}
