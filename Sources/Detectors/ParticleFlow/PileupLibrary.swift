#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowEvents
import WinnowTensors

/// Minimum-bias events from which the simultaneous collisions of a bunch crossing are drawn.
///
/// Each crossing draws a Poisson number of different events, places each at its own z, turns it by
/// an azimuth of its own and mirrors every other one in z, so that events used again are not the
/// same again.
public struct PileupLibrary: Sendable {
  /// papers/3: 140 on average; a Poisson number's tail reaches 200.
  public let mean: Double
  public let count: Int
  /// Particles of the library that no detector model takes.
  public let skipped: SkippedParticles
  let particles: [FlowParticle]
  let offsets: [Int]

  /// - Parameter events: visible particles within |η| < 5.2 are kept.
  /// - Throws: ``EventError`` for a library smaller than the largest crossing, the mean and six
  ///   standard deviations: 211 events for a mean of 140.
  public init(_ events: ParticleEvents, mean: Double = 140) throws {
    guard mean >= 0, mean < 10_000 else {
      throw EventError("a mean of \(mean) collisions cannot be drawn; give 0 to 10000")
    }
    let needed = Self.largestCrossing(mean: mean)
    guard events.count >= needed else {
      throw EventError(
        "the pileup library has \(events.count) events; a mean of \(mean) collisions needs \(needed), and thousands lest events repeat: generate more minimum bias"
      )
    }
    var (particles, offsets, skipped) = ([FlowParticle](), [0], SkippedParticles())
    for event in 0..<events.count {
      for particle in events[event] {
        if let seen = events.flowParticle(particle, event: event, skipped: &skipped),
          abs(seen.eta) < 5.2
        {
          particles.append(seen)
        }
      }
      offsets.append(particles.count)
    }
    (self.mean, self.count, self.skipped) = (mean, events.count, skipped)
    (self.particles, self.offsets) = (particles, offsets)
  }

  static func largestCrossing(mean: Double) -> Int { Int((mean + 6 * mean.squareRoot()).rounded(.up)) }

  /// One collision of a crossing.
  struct Collision: Sendable {
    var event: Int
    var z: Double
    var turn: Double
    var isMirrored: Bool
  }

  /// The collisions of a crossing.
  func draw(_ stream: inout RandomStream, spread: Double) -> [Collision] {
    var (number, sum) = (0, -log(1 - stream.uniform()))
    while sum < mean {
      number += 1
      sum -= log(1 - stream.uniform())
    }
    number = min(number, Self.largestCrossing(mean: mean))
    var chosen = Set<Int>(minimumCapacity: number)
    var collisions: [Collision] = []
    while collisions.count < number {
      let event = stream.integer(in: 0...count - 1)
      guard chosen.insert(event).inserted else { continue }
      collisions.append(
        Collision(
          event: event, z: stream.gaussian(mean: 0, standardDeviation: spread),
          turn: 2 * .pi * stream.uniform(), isMirrored: stream.next() & 1 == 1))
    }
    return collisions
  }
}
