/// Generated particles of some events, as columns: event `n` owns `offsets[n]..<offsets[n + 1]`.
///
/// GeV, mm, radian.
public struct ParticleEvents: Sendable, Hashable {
  /// One more than there are events, ascending from 0.
  public var offsets: [Int] = [0]
  public var pt: [Float] = []
  public var eta: [Float] = []
  public var phi: [Float] = []
  public var mass: [Float] = []
  public var pdg: [Int32] = []
  /// In units of the elementary charge.
  public var charge: [Int8] = []
  public var origin: [ParticleOrigin] = []
  /// Where each was produced.
  public var vertices: [SIMD3<Float>] = []
  /// Of muons from decays in flight, the π or K.
  public var parents = ParentHadrons()
  /// One per event.
  public var weights: [Double] = []
  /// The sub-process of each event, as the generator numbers them; 0 where there is one.
  public var processes: [Int16] = []

  public init() {}

  public var count: Int { offsets.count - 1 }
  public var particleCount: Int { offsets.last ?? 0 }
  /// The particles of an event.
  public subscript(event: Int) -> Range<Int> { offsets[event]..<offsets[event + 1] }

  public func momentum(_ particle: Int) -> FourMomentum {
    FourMomentum(
      pt: Double(pt[particle]), eta: Double(eta[particle]), phi: Double(phi[particle]),
      mass: Double(mass[particle]))
  }

  /// Begins a new event behind the last.
  public mutating func beginEvent(weight: Double = 1, process: Int16 = 0) {
    offsets.append(offsets.last!)
    weights.append(weight)
    processes.append(process)
  }

  /// Appends a particle to the last event.
  public mutating func append(
    pdg: Int32, pt: Float, eta: Float, phi: Float, mass: Float, charge: Int8,
    origin: ParticleOrigin = [], vertex: SIMD3<Float> = .zero
  ) {
    precondition(count > 0, "a particle belongs to an event; begin one first")
    self.pdg.append(pdg)
    self.pt.append(pt)
    self.eta.append(eta)
    self.phi.append(phi)
    self.mass.append(mass)
    self.charge.append(charge)
    self.origin.append(origin)
    vertices.append(vertex)
    offsets[count] += 1
  }

  /// Appends a particle of other events.
  public mutating func append(_ particle: Int, of other: ParticleEvents) {
    append(
      pdg: other.pdg[particle], pt: other.pt[particle], eta: other.eta[particle],
      phi: other.phi[particle], mass: other.mass[particle], charge: other.charge[particle],
      origin: other.origin[particle], vertex: other.vertices[particle])
    if !other.parents.isEmpty, let parent = other.parents[particle] {
      parents.append(parent, of: particleCount - 1)
    }
  }
}
