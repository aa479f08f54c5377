#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// ``MagneticDeflection/turn(pt:inverseSinhEta:)`` for the charged particles of an event at once: the
/// same numbers, with those that need an arcsine or a sine in lists of their own.
struct ChargedBending: Sendable {
  private struct Helix: Sendable {
    var half = 0.0
    var stretch = 0.0
    var pt = 0.0
    /// barrelPt/pT: the sine of the half turn in the barrel.
    var ratio = 0.0
    /// The half turn at the endcap.
    var endcap = 0.0
  }

  private var helices: [Helix] = []
  /// Charged particles that need a function, as places in ``helices``.
  private var list: [Int32] = []

  /// Gives each charged particle the φ and the ring of its impact.
  ///
  /// - Parameters:
  ///   - charged: their places.
  ///   - count: how many of the places count.
  mutating func bend(
    _ particles: inout [IncomingParticle], _ charged: [Int32], _ count: Int,
    _ towers: TriggerTowers
  ) {
    if helices.count < count + 1 {
      helices = [Helix](repeating: Helix(), count: 2 * count + 1)
      list = [Int32](repeating: 0, count: helices.count)
    }
    Self.leave(&helices, charged, count, particles)
    Self.meetBarrel(&helices, count, &list)
    Self.meetEndcap(&helices, count, &list)
    Self.arrive(helices, charged, count, &particles, towers)
  }

  /// Both half turns, the barrel's by its series.
  private static func leave(
    _ helices: inout [Helix], _ charged: [Int32], _ count: Int, _ particles: [IncomingParticle]
  ) {
    var helices = helices.mutableSpan
    let (charged, particles) = (charged.span, particles.span)
    for place in 0..<count {
      let particle = particles[Int(charged[place])]
      let inversePt = 1 / particle.pt
      let ratio = MagneticDeflection.barrelPt * inversePt
      helices[place].pt = particle.pt
      helices[place].ratio = ratio
      helices[place].endcap = MagneticDeflection.endcapPt * inversePt * particle.inverseSinh
      helices[place].half = ratio < 1 ? MagneticDeflection.arcsineSeries(ratio) : .infinity
    }
  }

  /// The arcsine where its series does not do and the barrel may be met.
  private static func meetBarrel(
    _ helices: inout [Helix], _ count: Int, _ list: inout [Int32]
  ) {
    var helices = helices.mutableSpan
    var list = list.mutableSpan
    var listed = 0
    for place in 0..<count {
      let ratio = helices[place].ratio
      list[listed] = Int32(truncatingIfNeeded: place)
      listed += (ratio >= 0.5) && (ratio < 1) ? 1 : 0
    }
    for index in 0..<listed {
      let place = Int(list[index])
      let ratio = helices[place].ratio
      // An angle exceeds its sine: the endcap is met before.
      helices[place].half = ratio < helices[place].endcap ? asin(ratio) : .infinity
    }
  }

  /// The nearer of both, and how much longer than its chord the arc is.
  private static func meetEndcap(
    _ helices: inout [Helix], _ count: Int, _ list: inout [Int32]
  ) {
    var helices = helices.mutableSpan
    var list = list.mutableSpan
    var listed = 0
    for place in 0..<count {
      let (half, endcap) = (helices[place].half, helices[place].endcap)
      let isBarrel = half < endcap
      let barrel = MagneticDeflection.barrelStretch(half, pt: helices[place].pt)
      let series = MagneticDeflection.stretchSeries(endcap)
      helices[place].half = isBarrel ? half : endcap
      helices[place].stretch = isBarrel ? barrel : series
      list[listed] = Int32(truncatingIfNeeded: place)
      listed += !isBarrel && (endcap >= 0.5) ? 1 : 0
    }
    for index in 0..<listed {
      let place = Int(list[index])
      let half = helices[place].half
      // Lost: no ring lies as far out.
      helices[place].stretch =
        half < MagneticDeflection.mostHalfTurn ? half / abs(sin(half)) : .infinity
    }
  }

  private static func arrive(
    _ helices: [Helix], _ charged: [Int32], _ count: Int, _ particles: inout [IncomingParticle],
    _ towers: TriggerTowers
  ) {
    var particles = particles.mutableSpan
    let (sinh, helices, charged) = (towers.sinhOfMill.span, helices.span, charged.span)
    for index in 0..<count {
      let helix = helices[index]
      let place = Int(charged[index])
      let ring = towers.outward(
        sinhEta: sinh[Int(particles[place].mill)] * helix.stretch,
        from: Int(particles[place].outward))
      particles[place].outward = Int32(truncatingIfNeeded: ring ?? -1)
      particles[place].impact -= particles[place].sign * helix.half
    }
  }
}
