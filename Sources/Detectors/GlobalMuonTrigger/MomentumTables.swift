import WinnowTensors

/// The track finder's look-up tables from bending to pT.
///
/// Each holds the highest pT code whose threshold 90 % of the muons with that true pT pass: the
/// code of the largest pT at which the 0.9 quantile of the bending is not below what was measured.
/// The quantiles come from muons of fixed pT sent through the barrel once, with a fixed seed;
/// nothing is tuned. CMS made its tables in the same way from its full simulation; docs compare the
/// two.
public struct MomentumTables: Sendable {
  /// Pairs of stations in the order in which the track finder prefers them (`getPtMethod`). Tracks
  /// of the third and fourth station alone are not found here.
  static let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3)]
  /// True pT (GeV) at which muons are sent.
  public static let momenta: [Double] =
    stride(from: 3.0, to: 12, by: 0.25).map { $0 }
    + sequence(first: 12.0) { $0 * 1.1 }.prefix { $0 < 160 }

  /// Codes by azimuth difference (1/4096 rad), for each pair.
  private let byDifference: [UInt16]
  private static let differences = 2048
  /// Codes by bending angle (1/512 rad) at the first and at the second station.
  private let byBend: [UInt16]
  private static let bends = 512
  /// The 0.9 quantiles of the azimuth difference of stations 1 and 2, in 1/4096 rad, at
  /// ``momenta``; NaN where fewer than a tenth of the muons arrive.
  public let quantiles: [Double]

  /// Sends `muons` muons at each of ``momenta``.
  init(_ propagator: BarrelPropagator, muons: Int = 4000) {
    typealias C = BarrelConstants
    let ziggurat = Ziggurat()
    let stream = RandomStream(seed: 0, label: "barrel momentum tables")
    var differences = [[Double]](repeating: [], count: MomentumTables.pairs.count)
    var bends = [[Double]](repeating: [], count: 2)
    var crossings = StationCrossings(repeating: StationCrossing())
    for (number, pt) in MomentumTables.momenta.enumerated() {
      var stream = stream.child(UInt64(number))
      var samples = [[Double]](repeating: [], count: MomentumTables.pairs.count)
      var angles = [[Double]](repeating: [], count: 2)
      for _ in 0..<muons {
        let eta = stream.uniform(in: -C.maximumEta..<C.maximumEta)
        let start = BarrelTrack(pt: pt, eta: eta, phi: 0, charge: -1)
        let reached = propagator.propagate(start, fluctuating: true, &stream, &crossings)
        var measured = [0.0, 0.0]
        for station in 0..<min(reached, 2) {
          measured[station] =
            crossings[station].bend + C.segmentBendResolution * ziggurat.draw(&stream)
          angles[station].append(measured[station])
        }
        for (pair, stations) in MomentumTables.pairs.enumerated() where reached > stations.1 {
          let difference = crossings[stations.1].phi - crossings[stations.0].phi
          // Of pairs that the track finder joins.
          if pair == 0
            && !SegmentWindow.joins(
              bend: Int((measured[0] * C.segmentBendUnits).rounded(.down)),
              difference: Int((difference * C.segmentPhiUnits).rounded()))
          {
            continue
          }
          samples[pair].append(difference)
        }
      }
      func quantile(_ values: [Double], _ units: Double) -> Double {
        if values.count < muons / 10 { return .nan }
        let sorted = values.sorted()
        return units * sorted[Int(C.efficiencyAtThreshold * Double(sorted.count - 1))]
      }
      for pair in samples.indices {
        differences[pair].append(quantile(samples[pair], C.segmentPhiUnits))
      }
      for station in angles.indices {
        bends[station].append(quantile(angles[station], C.segmentBendUnits))
      }
    }
    quantiles = differences[0]
    byDifference = differences.flatMap {
      MomentumTables.codes(quantiles: $0, size: MomentumTables.differences)
    }
    byBend = bends.flatMap { MomentumTables.codes(quantiles: $0, size: MomentumTables.bends) }
  }

  /// The codes for a bending of 0, 1, 2, …
  private static func codes(quantiles: [Double], size: Int) -> [UInt16] {
    typealias C = BarrelConstants
    // Towards low pT the bending grows, or the muons have turned back: never let it fall.
    var points: [(pt: Double, product: Double)] = []
    var most = 0.0
    for (pt, quantile) in zip(momenta, quantiles).reversed() where !quantile.isNaN {
      most = max(most, quantile)
      points.append((pt, most * pt))
    }
    points.reverse()
    func threshold(_ pt: Double) -> Double {
      let above = points.firstIndex { $0.pt >= pt } ?? points.count - 1
      if above == 0 { return points[0].product / points[0].pt }
      let (low, high) = (points[above - 1], points[above])
      let part = (pt - low.pt) / (high.pt - low.pt)
      return (low.product + part * (high.product - low.product)) / pt
    }
    var codes = [UInt16](repeating: UInt16(C.lowestCode), count: size)
    for code in C.lowestCode...C.highestCode {
      let last = min(Int(threshold(0.5 * Double(code - 1)).rounded(.down)), size - 1)
      if last >= 0 { for bending in 0...last { codes[bending] = UInt16(code) } }
    }
    return codes
  }

  /// The code for an azimuth difference between a pair of stations.
  public func code(pair: Int, difference: Int) -> Int {
    let size = MomentumTables.differences
    return Int(byDifference[pair * size + min(abs(difference), size - 1)])
  }

  /// The code for a bending angle at the first or second station.
  public func code(station: Int, bend: Int) -> Int {
    let size = MomentumTables.bends
    return Int(byBend[station * size + min(abs(bend), size - 1)])
  }
}
