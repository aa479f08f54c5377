/// A seeded stream of random numbers that is the same on every machine.
///
/// The generator is xoshiro256** 1.0, its state filled by SplitMix64. A stream is a value: a copy
/// continues independently from the same point. Named and numbered sub-streams let each part of a
/// program draw without disturbing another:
///
///     var weights = RandomStream(seed: 7, label: "weights")
///     var event = RandomStream(seed: 7, label: "events").child(1234)
///     let x = event.gaussian()
///
/// A child depends on the seed, label and indices that name it, not on the numbers drawn so far.
/// Distinct names give distinct streams up to collisions of a 64-bit key.
///
/// - Reference: D. Blackman and S. Vigna, Scrambled linear pseudorandom number generators,
///   ACM Trans. Math. Softw. 47 (2021) 36, and https://prng.di.unimi.it; SplitMix64: G. L. Steele,
///   D. Lea and C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable {
  /// Names the stream; children derive from it.
  private let key: UInt64
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of a seed: SplitMix64 started at `seed` gives the four words of state.
  public init(seed: UInt64) {
    key = seed
    var filler = SplitMix64(state: seed)
    state = (filler.next(), filler.next(), filler.next(), filler.next())
  }

  /// The stream of a seed and a name, independent of the streams of other names.
  ///
  /// The name's UTF-8 is hashed by 64-bit FNV-1a; streams of canonically equivalent but different
  /// spellings differ.
  public init(seed: UInt64, label: String) {
    self.init(seed: seed)
    self = child(label)
  }

  /// The numbered sub-stream, whatever has been drawn from this stream.
  public func child(_ index: UInt64) -> RandomStream {
    // Two mixings keep the key of child 3 of child 5 apart from that of child 5 of child 3.
    RandomStream(seed: SplitMix64.mix(SplitMix64.mix(key &+ SplitMix64.increment) ^ index))
  }

  /// The named sub-stream, whatever has been drawn from this stream.
  public func child(_ label: String) -> RandomStream {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    // The mixing and the complement keep names apart from small numbers.
    return child(~SplitMix64.mix(hash))
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 &<< 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, by: 45)
    return result
  }

  public static func == (a: RandomStream, b: RandomStream) -> Bool {
    a.key == b.key && a.state == b.state
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(state.0)
    hasher.combine(state.1)
    hasher.combine(state.2)
    hasher.combine(state.3)
  }

  /// A stream at a given state, for the published test vectors.
  init(state: (UInt64, UInt64, UInt64, UInt64)) {
    key = 0
    self.state = state
  }
}

/// The generator that fills the state of another.
struct SplitMix64 {
  var state: UInt64

  static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    return SplitMix64.mix(state)
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }
}

private func rotated(_ value: UInt64, by count: UInt64) -> UInt64 {
  (value &<< count) | (value &>> (64 &- count))
}
