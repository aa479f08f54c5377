public import WinnowEvents

/// Keeps one of objects that are closer than ΔR = √(Δη² + Δφ²), by an order of precedence.
public struct OverlapRemoval: Sendable, Hashable, Codable {
  /// Objects at this distance or farther don't overlap.
  public var distance: Double

  /// - Throws: ``ReconstructionError`` for a distance that is not above 0.
  public init(distance: Double) throws {
    guard distance > 0, distance.isFinite else {
      throw ReconstructionError(
        "overlaps within delta R \(distance) cannot be removed; give a distance above 0")
    }
    self.distance = distance
  }

  /// The places of objects that none of `preferred` overlaps.
  public func kept(_ objects: [FourMomentum], preferring preferred: [FourMomentum]) -> [Int] {
    let others = preferred.map(Direction.init)
    return objects.indices.filter { index in
      let object = Direction(objects[index])
      return !others.contains { $0.squaredDistance(object) < distance * distance }
    }
  }

  /// The places of objects that no kept object before them overlaps: give them in falling
  /// precedence, such as pT.
  public func kept(_ objects: [FourMomentum]) -> [Int] {
    let directions = objects.map(Direction.init)
    var kept: [Int] = []
    for index in objects.indices {
      let overlaps = kept.contains {
        directions[$0].squaredDistance(directions[index]) < distance * distance
      }
      if !overlaps { kept.append(index) }
    }
    return kept
  }
}

/// A point on the η–φ cylinder.
struct Direction {
  var eta, phi: Double

  init(_ momentum: FourMomentum) { (eta, phi) = (momentum.eta, momentum.phi) }

  func squaredDistance(_ other: Direction) -> Double {
    let along = eta - other.eta
    let around = deltaPhi(phi, other.phi)
    return along * along + around * around
  }
}
