/// The kind of a Level-1 object, with the number that the `Class` column of the ADC2021 files has.
public enum LevelOneObject: Int, Sendable, Hashable, CaseIterable {
  case missingMomentum = 1
  case electron = 2
  case muon = 3
  case jet = 4

  /// Its rows in an event of 19 objects.
  public var rows: Range<Int> {
    switch self {
    case .missingMomentum: 0..<1
    case .electron: 1..<5
    case .muon: 5..<9
    case .jet: 9..<19
    }
  }

  /// The kind that row `row` of an event holds.
  public init(row: Int) {
    switch row {
    case 0: self = .missingMomentum
    case 1..<5: self = .electron
    case 5..<9: self = .muon
    default: self = .jet
    }
  }
}

extension LevelOneObject: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingMomentum: "missing momentum"
    case .electron: "electron"
    case .muon: "muon"
    case .jet: "jet"
    }
  }
}

/// Level-1 trigger events of 19 objects: missing transverse momentum, 4 electrons, 4 muons, 10 jets,
/// each kind in falling order of pT, absent ones all zero.
///
/// - Reference: E. Govorkova et al., arXiv:2107.02157 (the ADC2021 data).
public struct LevelOneEvents: Sendable, Hashable {
  public static let objects = 19
  /// Event-major, `[event][19]`; GeV and radian. The missing momentum has η = 0.
  public var pt: [Float] = []
  public var eta: [Float] = []
  public var phi: [Float] = []
  /// Whether an object is there; zero padding is not.
  public var isPresent: [Bool] = []
  public var weights: [Double] = []

  public init() {}

  /// So many events without objects.
  init(count: Int, weights: [Double]) {
    let places = count * Self.objects
    pt = [Float](repeating: 0, count: places)
    (eta, phi) = (pt, pt)
    isPresent = [Bool](repeating: false, count: places)
    self.weights = weights
  }

  public var count: Int { pt.count / Self.objects }

  /// Appends an event without objects.
  public mutating func appendEvent(weight: Double = 1) {
    for _ in 0..<Self.objects {
      pt.append(0)
      eta.append(0)
      phi.append(0)
      isPresent.append(false)
    }
    weights.append(weight)
  }

  public mutating func set(event: Int, row: Int, pt: Float, eta: Float, phi: Float) {
    let place = event * Self.objects + row
    self.pt[place] = pt
    self.eta[place] = eta
    self.phi[place] = phi
    isPresent[place] = true
  }

  /// The events of which a place in the list is wanted, in their order.
  public func filtered(_ isWanted: (Int) -> Bool) -> LevelOneEvents {
    var result = LevelOneEvents()
    for event in 0..<count where isWanted(event) {
      let places = event * Self.objects..<(event + 1) * Self.objects
      result.pt += pt[places]
      result.eta += eta[places]
      result.phi += phi[places]
      result.isPresent += isPresent[places]
      result.weights.append(weights[event])
    }
    return result
  }

  /// The 57 numbers of each event that the networks take: pT, η, φ of each object.
  public var features: [Float] {
    var result: [Float] = []
    result.reserveCapacity(3 * pt.count)
    for place in pt.indices {
      result.append(pt[place])
      result.append(eta[place])
      result.append(phi[place])
    }
    return result
  }
}
