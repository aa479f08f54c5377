#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowTensors
import WinnowEvents

/// What an image is to be told of: the long-lived particle behind it.
public struct LongLivedTruth: Sendable, Hashable {
  /// L_r, the distance of the decay from the beam: mm.
  public var decayLength: Double
  public var pseudorapidity: Double
  /// GeV.
  public var momentum: Double
  /// Charged decay products.
  public var multiplicity: Int

  public init(decayLength: Double, pseudorapidity: Double, momentum: Double, multiplicity: Int) {
    (self.decayLength, self.pseudorapidity) = (decayLength, pseudorapidity)
    (self.momentum, self.multiplicity) = (momentum, multiplicity)
  }
}

/// Toy decays of a neutral long-lived particle: from the origin along a sector's middle plane, L_r
/// uniform in 0–5 m, two to ten charged products.
///
/// - Reference: papers/1, section 2, for the decay length and the multiplicities, each equally
///   often. The paper does not say how its particle flies and decays; mass, momentum, direction and
///   phase space are choices of ours.
public struct LongLivedDecay: Sendable, Hashable {
  /// mm; papers/1.
  public var decayLengths = 0.0..<5000.0
  /// papers/1.
  public var multiplicities = 2...10
  /// GeV, our choice: a hidden-valley particle of a Higgs boson's decay (papers/1, references
  /// 19–22), light enough for the products to be collimated.
  public var mass = 10.0
  /// GeV, our choice: around the 62 GeV of H(125) → XX at rest.
  public var momenta = 30.0..<100.0
  /// Our choice: the particle itself stays within the 10 m of z that 333 tubes span.
  public var pseudorapidities = -0.4..<0.4
  /// The mass of a product: a charged pion's, GeV.
  public var productMass = 0.139_570_39

  public init() {}

  /// - Throws: ``EventError`` for numbers that no decay has.
  public func validate() throws {
    guard multiplicities.lowerBound >= 2, productMass >= 0,
      Double(multiplicities.upperBound) * productMass < mass
    else {
      throw EventError(
        "\(multiplicities) products of \(productMass) GeV do not come from \(mass) GeV; give "
          + "two or more that together are lighter")
    }
    guard decayLengths.lowerBound >= 0, !decayLengths.isEmpty, !momenta.isEmpty,
      momenta.lowerBound >= 0, !pseudorapidities.isEmpty
    else {
      throw EventError(
        "decay lengths of \(decayLengths) mm, momenta of \(momenta) GeV and pseudorapidities of "
          + "\(pseudorapidities) cannot be drawn; give ranges that are neither empty nor negative")
    }
  }

  /// Draws the decay of an event.
  ///
  /// Event `n` has the multiplicity `n mod 9 + 2`, so that each occurs equally often in any number
  /// of events. Products fill phase space evenly but for weights of the order of their mass over
  /// their energy. Charges alternate in a random order; an odd number of them leaves one unit that
  /// the neutral particle did not have, which the paper's odd multiplicities imply.
  public func draw(
    event: Int, from stream: inout RandomStream, into tracks: inout [SectorTrack]
  ) -> LongLivedTruth {
    let span = multiplicities.count
    let count = multiplicities.lowerBound + ((event % span) + span) % span
    let truth = LongLivedTruth(
      decayLength: stream.uniform(in: decayLengths),
      pseudorapidity: stream.uniform(in: pseudorapidities),
      momentum: stream.uniform(in: momenta), multiplicity: count)
    let (sine, cosine) = (tanh(truth.pseudorapidity), 1 / cosh(truth.pseudorapidity))
    let energy = (truth.momentum * truth.momentum + mass * mass).squareRoot()
    let (gamma, boost) = (energy / mass, truth.momentum / mass)
    tracks.removeAll(keepingCapacity: true)
    phaseSpace(count, &stream, &tracks)
    var positive = (count + Int(truncatingIfNeeded: stream.next() & 1)) / 2
    for index in tracks.indices {
      // Charges without replacement: as many positive as negative, or one more of either.
      let left = tracks.count - index
      let isPositive = stream.integer(in: 0...left - 1) < positive
      if isPositive { positive -= 1 }
      let (p, charge) = (tracks[index], isPositive ? 1.0 : -1)
      let ownEnergy = (p.px * p.px + p.py * p.py + p.pz * p.pz + productMass * productMass)
        .squareRoot()
      // The boost is along the particle's direction (cosine, 0, sine); pz is along it at rest.
      let along = gamma * p.pz + boost * ownEnergy
      tracks[index] = SectorTrack(
        x: truth.decayLength, y: 0, z: truth.decayLength * sine / cosine,
        px: along * cosine - p.px * sine, py: p.py, pz: along * sine + p.px * cosine,
        charge: charge)
    }
    return truth
  }

  /// Momenta at rest, by RAMBO: isotropic massless momenta, boosted to rest and scaled to the mass;
  /// then all momenta are scaled until the energies with the products' masses sum up.
  ///
  /// - Reference: R. Kleiss, W. J. Stirling and S. D. Ellis, Comput. Phys. Commun. 40 (1986) 359.
  private func phaseSpace(
    _ count: Int, _ stream: inout RandomStream, _ momenta: inout [SectorTrack]
  ) {
    precondition(
      count >= 2 && Double(count) * productMass < mass,
      "\(count) products of \(productMass) GeV do not come from \(mass) GeV")
    var (sumX, sumY, sumZ, sumE) = (0.0, 0.0, 0.0, 0.0)
    for _ in 0..<count {
      let cosine = 2 * stream.uniform() - 1
      let turn = 2 * Double.pi * stream.uniform()
      let energy = -log((1 - stream.uniform()) * (1 - stream.uniform()))
      let transverse = energy * (1 - cosine * cosine).squareRoot()
      let momentum = SectorTrack(
        x: energy, y: 0, z: 0, px: transverse * cos(turn), py: transverse * sin(turn),
        pz: energy * cosine, charge: 0)
      sumX += momentum.px
      sumY += momentum.py
      sumZ += momentum.pz
      sumE += energy
      momenta.append(momentum)
    }
    let invariant = (sumE * sumE - sumX * sumX - sumY * sumY - sumZ * sumZ).squareRoot()
    let (bx, by, bz) = (-sumX / invariant, -sumY / invariant, -sumZ / invariant)
    let (gamma, scale) = (sumE / invariant, mass / invariant)
    for index in momenta.indices {
      let p = momenta[index]
      let product = bx * p.px + by * p.py + bz * p.pz
      let factor = p.x + product / (1 + gamma)
      momenta[index] = SectorTrack(
        x: scale * (gamma * p.x + product), y: 0, z: 0, px: scale * (p.px + bx * factor),
        py: scale * (p.py + by * factor), pz: scale * (p.pz + bz * factor), charge: 0)
    }
    // Newton's method for ξ in Σ √(m² + ξ²E²) = M; it falls on the root from above and is exact in
    // a few steps, since m is small.
    var shrink = 1.0
    for _ in 0..<20 {
      var (sum, slope) = (-mass, 0.0)
      for p in momenta {
        let energy = (productMass * productMass + shrink * shrink * p.x * p.x).squareRoot()
        sum += energy
        slope += shrink * p.x * p.x / energy
      }
      let step = sum / slope
      shrink -= step
      if abs(step) < 1e-15 { break }
    }
    for index in momenta.indices {
      momenta[index].px *= shrink
      momenta[index].py *= shrink
      momenta[index].pz *= shrink
    }
  }
}
