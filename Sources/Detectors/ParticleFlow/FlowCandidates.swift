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
  /// Of a track, 11, 13, 211, 321 or 2212 with the charge's sign: the particle's own species, as in
  /// Delphes, and 211 for any other; of a neutral candidate 22, or 0 for a hadron.
  public var pdg: [Int32] = []
  /// Impact parameters, mm; dz from the collision of interest. 0 for neutral candidates.
  public var d0: [Float] = []
  public var dz: [Float] = []
  /// Of a track in the timing layers, ps from the crossing's middle; 0 for others.
  public var time: [Float] = []
  /// The part of the energy that comes from the collision of interest, as generated: 0 or 1 for a
  /// track; for a neutral candidate that of its tower's particles without a track.
  public var hardFraction: [Float] = []
  /// One per event: the pileup collisions.
  public var pileup: [Int32] = []
  /// One per event: z [mm] and time [ps] of the collision of interest.
  public var vertices: [SIMD2<Float>] = []

  public init() {}

  public var count: Int { offsets.count - 1 }
  public var candidateCount: Int { pt.count }
  /// The candidates of an event.
  public subscript(event: Int) -> Range<Int> { offsets[event]..<offsets[event + 1] }

  /// What a perfect vertex finder knows of a candidate: 1 for a track of the collision of interest,
  /// 0 for one of pileup, −1 for a neutral candidate.
  ///
  /// - Reference: the teacher network's flag (ViniciusMikuni/OTPU).
  public func vertexFlag(_ candidate: Int) -> Int {
    charge[candidate] == 0 ? -1 : hardFraction[candidate] > 0 ? 1 : 0
  }

  mutating func append(
    pt: Double, eta: Double, phi: Double, energy: Double, charge: Int8, pdg: Int32, d0: Double = 0,
    dz: Double = 0, time: Double = 0, hardFraction: Double
  ) {
    self.pt.append(Float(pt))
    self.eta.append(Float(eta))
    self.phi.append(Float(phi))
    self.energy.append(Float(energy))
    self.charge.append(charge)
    self.pdg.append(pdg)
    self.d0.append(Float(d0))
    self.dz.append(Float(dz))
    self.time.append(Float(time))
    self.hardFraction.append(Float(hardFraction))
  }
}
