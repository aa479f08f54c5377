#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Particle-flow candidates of events, as columns: event `n` owns `offsets[n]..<offsets[n + 1]`,
/// tracks first, then photons, then neutral hadrons.
public struct FlowCandidates: Sendable, Hashable {
  /// One more than there are events, ascending from 0.
  public var offsets: [Int] = [0]
  /// GeV.
  public var pt: [Float] = []
  public var eta: [Float] = []
  public var phi: [Float] = []
  /// GeV.
  public var energy: [Float] = []
  public var charge: [Int8] = []
  /// 11, 13, 211, 321, 2212 with the charge's sign, 22, or 0 for a neutral hadron.
  public var pdg: [Int32] = []
  /// Impact parameters to the collision of interest, mm; 0 for neutral candidates.
  public var d0: [Float] = []
  public var dz: [Float] = []
  /// The part of the energy that comes from the collision of interest; 0 or 1 for a track.
  public var hardFraction: [Float] = []
  /// One per event: the pileup collisions.
  public var pileup: [Int] = []

  public init() {}

  public var count: Int { offsets.count - 1 }
  /// The candidates of an event.
  public subscript(event: Int) -> Range<Int> { offsets[event]..<offsets[event + 1] }

  /// Features of papers/3's table 1 for each candidate, in the order of the published code: η, φ,
  /// ln pT, ln E, d0, dz, PUPPI weight, charge, and eight of particle kind.
  public static let featureCount = 16
  /// The kinds of the one-hot features 8 to 14; feature 15 marks padding and is never set.
  public static let kinds: [Int32] = [0, 11, 13, 22, 211, 321, 2212]

  /// The 16 features of consecutive candidates, `[count, 16]` in C order.
  ///
  /// - Parameter weights: PUPPI's, one for each candidate of the range, by another module.
  public func features(_ candidates: Range<Int>, puppiWeights weights: [Float]) -> [Float] {
    precondition(weights.count == candidates.count, "\(candidates.count) weights are needed")
    var values = [Float](repeating: 0, count: candidates.count * Self.featureCount)
    for (row, candidate) in candidates.enumerated() {
      let place = row * Self.featureCount
      values[place] = eta[candidate]
      values[place + 1] = phi[candidate]
      values[place + 2] = log(pt[candidate])
      values[place + 3] = log(energy[candidate])
      values[place + 4] = d0[candidate]
      values[place + 5] = dz[candidate]
      values[place + 6] = weights[row]
      values[place + 7] = Float(charge[candidate])
      let kind = Self.kinds.firstIndex(of: abs(pdg[candidate])) ?? 0
      values[place + 8 + kind] = 1
    }
    return values
  }

  mutating func append(
    pt: Double, eta: Double, phi: Double, energy: Double, charge: Int8, pdg: Int32, d0: Double,
    dz: Double, hardFraction: Double
  ) {
    self.pt.append(Float(pt))
    self.eta.append(Float(eta))
    self.phi.append(Float(phi))
    self.energy.append(Float(energy))
    self.charge.append(charge)
    self.pdg.append(pdg)
    self.d0.append(Float(d0))
    self.dz.append(Float(dz))
    self.hardFraction.append(Float(hardFraction))
  }
}
