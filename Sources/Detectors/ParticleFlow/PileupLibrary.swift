#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowEvents
import WinnowTensors

/// Minimum-bias events from which the simultaneous collisions of a bunch crossing are drawn.
///
/// Each crossing draws a Poisson number of events from the whole library, none of them twice in the
/// crossing, and turns each by an azimuth and mirrors every other one in z, so that an event used
/// again in another crossing is not the same again. The library lies in memory, 48 bytes a particle:
/// 8 kB an event.
///
/// - Reference: Delphes, `PileUpMerger`: Poisson, any event, turned; no event twice and the mirror
///   are our choice.
public struct PileupLibrary: Sendable {
  /// papers/3: 140 on average, tails to 200.
  public let mean: Double
  public private(set) var count = 0
  /// Particles of the library that no detector model takes.
  public private(set) var skipped = SkippedParticles()
  private(set) var particles: [FlowParticle] = []
  private(set) var offsets = [0]

  /// - Throws: ``EventError`` for a library smaller than the largest crossing (``largestCrossing``).
  public init(_ events: ParticleEvents, mean: Double = 140) throws {
    self.mean = mean
    try check(events: events.count, "the pileup library")
    add(events, first: 0)
  }

  /// Reads a file, a block of events at a time.
  public init(_ file: ParticleEventFile, mean: Double = 140) throws {
    self.mean = mean
    try check(events: file.count, "the pileup library '\(file.path)'")
    for first in stride(from: 0, to: file.count, by: 1000) {
      add(try file.read(first..<min(first + 1000, file.count)), first: first)
    }
  }

  private func check(events: Int, _ name: String) throws {
    guard mean >= 0, mean <= 1000 else {
      throw EventError("a mean of \(mean) pileup collisions cannot be drawn; give 0 to 1000")
    }
    guard events >= largestCrossing else {
      throw EventError(
        "\(name) has \(events) events, and a mean of \(mean) collisions needs at least \(largestCrossing); generate more minimum bias, best some thousands"
      )
    }
  }

  /// Particles beyond |η| = 5.5 reach no calorimeter from any vertex (5 + 0.25 m/3 m).
  private mutating func add(_ events: ParticleEvents, first: Int) {
    for event in 0..<events.count {
      for particle in events[event] {
        if let seen = events.flowParticle(particle, event: first + event, skipped: &skipped),
          abs(seen.eta) < 5.5
        {
          particles.append(seen)
        }
      }
      offsets.append(particles.count)
    }
    count += events.count
  }

  /// The mean and six standard deviations: 211 for 140, which one crossing in 10⁸ would exceed and
  /// is cut to; one in 10⁶ reaches the 200 of papers/3.
  public var largestCrossing: Int { Int((mean + 6 * mean.squareRoot()).rounded(.up)) }

  /// One collision of a crossing.
  struct Collision: Sendable {
    var event: Int
    var vertex: BeamSpot.Vertex
    var turn: Double
    var isMirrored: Bool
  }

  /// The collisions of a crossing.
  func draw(_ stream: inout RandomStream, beamSpot: BeamSpot) -> [Collision] {
    let number = numberOfCollisions(&stream)
    var chosen = Set<Int>(minimumCapacity: number)
    var collisions: [Collision] = []
    collisions.reserveCapacity(number)
    while collisions.count < number {
      let event = stream.integer(in: 0...count - 1)
      guard chosen.insert(event).inserted else { continue }
      collisions.append(
        Collision(
          event: event, vertex: beamSpot.draw(&stream), turn: 2 * .pi * stream.uniform(),
          isMirrored: stream.next() & 1 == 1))
    }
    return collisions
  }

  /// A Poisson number: as many as arrive in the mean's time where gaps are exponential.
  func numberOfCollisions(_ stream: inout RandomStream) -> Int {
    var (number, time) = (0, -log(1 - stream.uniform()))
    while time < mean {
      number += 1
      time -= log(1 - stream.uniform())
    }
    return min(number, largestCrossing)
  }
}

/// Where and when the collisions of a crossing happen: normal in z and in time, cut off.
///
/// - Reference: Delphes, card CMS_PhaseII_140PU_v02, module PileUpMerger.
public struct BeamSpot: Sendable, Hashable {
  /// σ of z and its limit, mm.
  public var (spread, limit) = (53.0, 250.0)
  /// σ of the time and its limit, ps.
  public var (timeSpread, timeLimit) = (160.0, 800.0)

  public init() {}

  struct Vertex: Sendable, Hashable {
    /// mm
    var z: Double
    /// ps
    var time: Double
  }

  func draw(_ stream: inout RandomStream) -> Vertex {
    func within(_ spread: Double, _ limit: Double) -> Double {
      precondition(spread >= 0 && limit >= spread, "a spread has a limit beyond it")
      while true {
        let value = spread * stream.gaussian()
        if abs(value) <= limit { return value }
      }
    }
    return Vertex(z: within(spread, limit), time: within(timeSpread, timeLimit))
  }
}
