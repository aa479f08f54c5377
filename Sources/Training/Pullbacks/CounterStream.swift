import WinnowTensors

/// Random words by number, in any order: word `n` of SplitMix64 started at a key that a stream draws.
///
/// - Reference: G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number
///   generators, OOPSLA 2014.
struct CounterStream: Sendable {
  private let key: UInt64

  init(_ stream: RandomStream) {
    var stream = stream
    key = stream.next()
  }

  @inline(__always)
  subscript(counter: UInt64) -> UInt64 {
    var z = key &+ (counter &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }
}
