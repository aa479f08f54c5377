#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The trigger towers: 40 rings on each side of η = 0, 72 towers each.
///
/// - Reference: the ring edges of CMS's towers as CMSSW and public Level-1 code list them
///   (`L1TCalorimeter/CaloTools`, `l1pf_calo::Stage1Grid`). Forward towers are 4 times as wide in φ
///   in the hardware; here all are 2π/72, a choice of ours.
public struct TriggerTowers: Sendable, Hashable {
  /// |η| of the rings' edges.
  public static let edges: [Double] = [
    0, 0.087, 0.174, 0.261, 0.348, 0.435, 0.522, 0.609, 0.696, 0.783, 0.870, 0.957, 1.044, 1.131,
    1.218, 1.305, 1.392, 1.479, 1.566, 1.653, 1.740, 1.830, 1.930, 2.043, 2.172, 2.322, 2.5, 2.650,
    2.853, 3.139, 3.314, 3.489, 3.664, 3.839, 4.013, 4.191, 4.363, 4.538, 4.716, 4.889, 5.191,
  ]
  public static let ringsPerSide = 40
  public static let rings = 80
  public static let towersPerRing = 72
  public static let count = rings * towersPerRing
  /// Particles beyond are not seen.
  public static let maximumEta = 5.191

  /// The ring of each 0.001 of |η|, counted from η = 0; the edges are multiples of 0.001.
  let ringOfMill: [UInt8]
  /// sinh of the middle of each 0.001 of |η|.
  let sinhOfMill: [Double]
  let inverseSinhOfMill: [Double]
  let inverseSquaredCoshOfMill: [Double]
  /// sinh of ``edges``.
  let sinhOfEdge: [Double]
  /// The centre of each ring, `ringsPerSide` rings of negative η first, from the outside in.
  public let etaOfRing: [Double]
  let coshOfRing: [Double]
  let sinhOfRing: [Double]
  /// cos and sin of each tower's centre in φ, counted from φ = 0.
  let cosOfColumn: [Double]
  let sinOfColumn: [Double]

  public init() {
    let edges = TriggerTowers.edges
    let mills = Int((1000 * TriggerTowers.maximumEta).rounded())
    var ringOfMill: [UInt8] = []
    var ring = 0
    for mill in 0..<mills {
      if Double(mill) + 0.5 > 1000 * edges[ring + 1] { ring += 1 }
      ringOfMill.append(UInt8(ring))
    }
    self.ringOfMill = ringOfMill
    sinhOfEdge = edges.map { sinh($0) }
    sinhOfMill = (0..<mills).map { sinh((Double($0) + 0.5) / 1000) }
    inverseSinhOfMill = sinhOfMill.map { 1 / $0 }
    inverseSquaredCoshOfMill = sinhOfMill.map { 1 / (1 + $0 * $0) }
    etaOfRing = (0..<TriggerTowers.rings).map { ring in
      let outward = ring < 40 ? 39 - ring : ring - 40
      let middle = (edges[outward] + edges[outward + 1]) / 2
      return ring < 40 ? -middle : middle
    }
    coshOfRing = etaOfRing.map { cosh($0) }
    sinhOfRing = etaOfRing.map { sinh($0) }
    let angles = (0..<TriggerTowers.towersPerRing).map {
      (Double($0) + 0.5) * 2 * Double.pi / Double(TriggerTowers.towersPerRing)
    }
    cosOfColumn = angles.map { cos($0) }
    sinOfColumn = angles.map { sin($0) }
  }

  /// The ring, counted from η = 0, of a direction that lies at `start` or beyond; `nil` outside.
  @inline(__always)
  func outward(sinhEta: Double, from start: Int) -> Int? {
    let edges = sinhOfEdge.span
    // Most stay or move by one: without a branch. The edge that follows is then the same or the next.
    var ring = start + (sinhEta >= edges[start + 1] ? 1 : 0)
    while ring < TriggerTowers.ringsPerSide, sinhEta >= edges[ring + 1] { ring += 1 }
    return ring == TriggerTowers.ringsPerSide ? nil : ring
  }

  /// The column of an azimuth in radian, at most eight turns from 0.
  @inline(__always)
  func column(phi: Double) -> Int {
    let perRing = TriggerTowers.towersPerRing
    let columns = phi * (Double(perRing) / (2 * Double.pi)) + Double(8 * perRing)
    return Int(columns) % perRing
  }

  /// The tower `ring × 72 + column` that a direction points at; `nil` beyond ``maximumEta``.
  public func tower(eta: Double, phi: Double) -> Int? {
    let size = abs(eta)
    guard size < TriggerTowers.maximumEta else { return nil }
    let mill = min(Int(size * 1000), ringOfMill.count - 1)
    let outward = Int(ringOfMill[mill])
    let ring = eta < 0 ? 39 - outward : 40 + outward
    return ring * TriggerTowers.towersPerRing + column(phi: phi)
  }

  /// η and φ of a tower's centre, φ in (−π, π].
  public func centre(_ tower: Int) -> (eta: Double, phi: Double) {
    let column = tower % TriggerTowers.towersPerRing
    let angle = (Double(column) + 0.5) * 2 * Double.pi / Double(TriggerTowers.towersPerRing)
    return (
      etaOfRing[tower / TriggerTowers.towersPerRing], angle > .pi ? angle - 2 * .pi : angle
    )
  }
}
