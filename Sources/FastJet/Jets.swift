public import WinnowEvents

/// The jets of one event, in falling order of transverse momentum.
public struct Jets: Sendable, Hashable {
  public var momenta: [FourMomentum]
  /// As FastJet clusters: a negative m², from rounding, counts as 0.
  public var rapidities: [Double]
  /// One per jet; empty where no areas were asked for.
  public var areas: [Double]
  /// The particles of all jets; jet `n` owns `offsets[n]..<offsets[n + 1]`, ascending.
  public private(set) var constituents: [Int32]
  public private(set) var offsets: [Int]

  public static let none = Jets(momenta: [], rapidities: [], areas: [], jetOfParticle: [])

  /// - Parameter jetOfParticle: the jet of each particle, −1 for none.
  init(momenta: [FourMomentum], rapidities: [Double], areas: [Double], jetOfParticle: [Int32]) {
    (self.momenta, self.rapidities, self.areas) = (momenta, rapidities, areas)
    offsets = [Int](repeating: 0, count: momenta.count + 1)
    for jet in jetOfParticle where jet >= 0 { offsets[Int(jet) + 1] += 1 }
    for jet in momenta.indices { offsets[jet + 1] += offsets[jet] }
    constituents = [Int32](repeating: 0, count: offsets.last!)
    var next = offsets
    for (particle, jet) in jetOfParticle.enumerated() where jet >= 0 {
      constituents[next[Int(jet)]] = Int32(particle)
      next[Int(jet)] += 1
    }
  }

  public var count: Int { momenta.count }

  /// The particles of a jet, as places in the event that was given.
  public func constituents(of jet: Int) -> ArraySlice<Int32> {
    constituents[offsets[jet]..<offsets[jet + 1]]
  }
}

/// How much transverse momentum an event has per unit of area, from the median over its jets.
public struct BackgroundDensity: Sendable, Hashable {
  /// ρ in GeV.
  public var density: Double
  /// σ in GeV: how far the density fluctuates over a unit of area.
  public var fluctuation: Double
  public var meanJetArea: Double
}
