#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowEvents
import WinnowTensors

/// Other proton collisions of the same bunch crossing, laid over each event.
///
/// Their number is Poisson distributed. Each is drawn from a library of minimum-bias events in
/// proportion to their weights, turned by a whole number of towers in φ and mirrored in z or not, so
/// that a library serves more events than it has. The library's energies are summed into towers once.
public struct LevelOnePileup: Sendable {
  /// Collisions per crossing.
  public let mean: Double
  /// Library particles that the model could not take.
  public let skipped: SkippedParticles
  let deposits: [[Deposit]]
  let leptons: [[LeptonCandidate]]
  private let choice: LibraryChoice

  struct Deposit: Sendable {
    var tower: Int32
    /// Electromagnetic and hadronic, GeV.
    var energy: SIMD2<Float>
  }

  /// - Parameter library: minimum-bias events; their weights are drawn by.
  /// - Throws: ``EventError`` for a mean that is none, weights that no event can be drawn by, or a
  ///   library of fewer events than `max(100, 10 × mean)`, with which the crossings of a sample would
  ///   resemble one another; events of unequal weights count as (Σw)²/Σw².
  public init(library: ParticleEvents, mean: Double) throws {
    try self.init(count: library.count, mean: mean) { try $0(library, 0) }
  }

  /// The same from a file, a block at a time.
  ///
  /// - Throws: as above, and what reading the file throws.
  public init(_ library: ParticleEventFile, mean: Double) throws {
    try self.init(count: library.count, mean: mean) { take in
      for first in stride(from: 0, to: library.count, by: 1000) {
        try take(library.read(first..<min(first + 1000, library.count)), first)
      }
    }
  }

  /// - Parameter read: hands over the events in blocks, each with the number of its first.
  private init(
    count: Int, mean: Double, read: ((ParticleEvents, Int) throws -> Void) throws -> Void
  ) throws {
    guard mean >= 0, mean <= 1000 else {
      throw EventError("a mean pileup of \(mean) is none; give 0 to 1000")
    }
    let least = max(100, Int((10 * mean).rounded(.up)))
    guard count >= least else {
      throw EventError(
        "the pileup library has \(count) events, too few for a mean pileup of \(mean); generate at least \(least) minimum-bias events"
      )
    }
    var collector = ParticleCollector()
    var deposits: [[Deposit]] = []
    var leptons: [[LeptonCandidate]] = []
    var weights: [Double] = []
    try read { events, first in
      for event in 0..<events.count {
        collector.clear()
        collector.collect(events, event, number: first + event)
        var row: [Deposit] = []
        collector.energies.forEachTouched {
          row.append(
            Deposit(tower: Int32($0), energy: SIMD2<Float>(collector.energies.entered[$0])))
        }
        deposits.append(row)
        leptons.append(collector.leptons)
      }
      weights += events.weights
    }
    choice = try LibraryChoice(weights: weights)
    guard choice.effectiveCount >= Double(least) else {
      throw EventError(
        "the pileup library's \(count) events count, by their unequal weights, as \(Int(choice.effectiveCount)), too few for a mean pileup of \(mean); generate enough to count as \(least)"
      )
    }
    (self.mean, self.deposits, self.leptons) = (mean, deposits, leptons)
    skipped = collector.skipped
  }

  /// Adds a crossing's other collisions.
  func overlay(_ collector: inout ParticleCollector, _ stream: inout RandomStream) {
    let perRing = TriggerTowers.towersPerRing
    for _ in 0..<LevelOnePileup.poisson(mean, &stream) {
      let event = choice.draw(&stream)
      let placement = stream.integer(in: 0...(2 * perRing - 1))
      let (turn, isMirrored) = (placement % perRing, placement >= perRing)
      for deposit in deposits[event] {
        let tower = Int(deposit.tower)
        let ring = isMirrored ? TriggerTowers.rings - 1 - tower / perRing : tower / perRing
        let column = tower % perRing + turn
        collector.energies.add(
          ring * perRing + (column >= perRing ? column - perRing : column),
          SIMD2<Double>(deposit.energy))
      }
      for lepton in leptons[event] {
        var moved = lepton
        moved.eta = isMirrored ? -lepton.eta : lepton.eta
        moved.phi = wrapped(lepton.phi + Double(turn) * 2 * .pi / Double(perRing))
        collector.leptons.append(moved)
      }
    }
  }

  /// A Poisson variate as the number of uniform factors that keep their product above e^−mean, in
  /// parts of at most 30 that e^−30 can hold (D. Knuth, The Art of Computer Programming 2, 3.4.1).
  static func poisson(_ mean: Double, _ stream: inout RandomStream) -> Int {
    var (rest, count) = (mean, 0)
    while rest > 0 {
      let part = min(rest, 30)
      rest -= part
      let limit = exp(-part)
      var product = stream.uniform()
      while product > limit {
        count += 1
        product *= stream.uniform()
      }
    }
    return count
  }
}
