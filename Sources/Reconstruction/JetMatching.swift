public import WinnowEvents

/// Pairs objects with their counterparts by ΔR in (η, φ), each used once: the closest pair first.
public struct JetMatching: Sendable, Hashable, Codable {
  /// Pairs at this distance or farther don't match.
  public var distance: Double

  public struct Match: Sendable, Hashable {
    /// Places in the two lists.
    public var reconstructed, truth: Int
    public var distance: Double
  }

  /// - Throws: ``ReconstructionError`` for a distance that is not above 0.
  public init(distance: Double = 0.4) throws {
    guard distance > 0, distance.isFinite else {
      throw ReconstructionError("nothing matches within delta R \(distance); give one above 0")
    }
    self.distance = distance
  }

  /// The matches in order of `truth`; what is in none has no counterpart.
  ///
  /// - Complexity: O(n m log(n m)) for n and m objects.
  public func matches(_ reconstructed: [FourMomentum], to truth: [FourMomentum]) -> [Match] {
    let (found, wanted) = (reconstructed.map(Direction.init), truth.map(Direction.init))
    var pairs: [Match] = []
    for (index, place) in wanted.enumerated() {
      for (other, candidate) in found.enumerated() {
        let squared = place.squaredDistance(candidate)
        if squared < distance * distance {
          pairs.append(Match(reconstructed: other, truth: index, distance: squared.squareRoot()))
        }
      }
    }
    // Equals in order of the lists, so that the result does not depend on the sort.
    pairs.sort {
      ($0.distance, $0.truth, $0.reconstructed) < ($1.distance, $1.truth, $1.reconstructed)
    }
    var (used, done) = (Set<Int>(), Set<Int>())
    let matches = pairs.filter { pair in
      guard !used.contains(pair.reconstructed), !done.contains(pair.truth) else { return false }
      used.insert(pair.reconstructed)
      done.insert(pair.truth)
      return true
    }
    return matches.sorted { $0.truth < $1.truth }
  }
}
