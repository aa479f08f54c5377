/// A π or K that decayed in flight, as it was where it was made: GeV, radian, mm.
///
/// A detector may see it before its decay: the tracker's muon is often the hadron.
public struct ParentHadron: Sendable, Hashable {
  public var pdg: Int32
  public var pt: Float
  public var eta: Float
  public var phi: Float
  public var vertex: SIMD3<Float>

  public init(pdg: Int32, pt: Float, eta: Float, phi: Float, vertex: SIMD3<Float>) {
    (self.pdg, self.pt, self.eta, self.phi, self.vertex) = (pdg, pt, eta, phi, vertex)
  }

  /// Whether a code is that of a charged π or K, whose decays `winnow generate` marks.
  static func isKnown(_ pdg: Int32) -> Bool { abs(pdg) == 211 || abs(pdg) == 321 }
}

/// The parents of the muons from decays in flight, in the order of the muons.
public struct ParentHadrons: Sendable, Hashable {
  /// The muons' places among the particles, rising.
  public private(set) var particles: [Int] = []
  /// One for each of ``particles``.
  public private(set) var hadrons: [ParentHadron] = []

  public init() {}

  public var isEmpty: Bool { particles.isEmpty }
  public var count: Int { particles.count }

  /// Adds the parent of a particle behind all that have one.
  public mutating func append(_ hadron: ParentHadron, of particle: Int) {
    precondition(particle > particles.last ?? -1, "parents are added in the order of their muons")
    particles.append(particle)
    hadrons.append(hadron)
  }

  /// - Complexity: O(log n).
  public subscript(particle: Int) -> ParentHadron? {
    var (low, high) = (0, particles.count)
    while low < high {
      let middle = (low + high) / 2
      if particles[middle] < particle { low = middle + 1 } else { high = middle }
    }
    return low < particles.count && particles[low] == particle ? hadrons[low] : nil
  }
}
