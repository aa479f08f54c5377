/// What sharing a pair is worth.
struct PairScoring: Sendable {
  /// In 1/256 bit: what operands of equal top bits are worth on top of their overlap.
  private var evenTops = 512
  /// In 1/256 bit: what every bit between the operands' tops takes off.
  private var topGap = 51
  /// Scores vary by this many 1/256 of themselves, up and down, from pair to pair.
  private var noise = 0
  private var seed: UInt64 = 0

  init() {}

  /// A variation for another attempt: other weights, and noise of up to an eighth.
  init(variation: UInt64) {
    seed = variation
    evenTops = Int(hash(1) % 768)
    topGap = Int(hash(2) % 128)
    noise = Int(hash(3) % 32)
  }

  /// How often the pair occurs, times the bits in which its shifted operands overlap.
  ///
  /// Only the overlap is work that sharing saves: the rest of an adder is carried along anyway.
  /// Operands whose top bits agree count for more, and every bit of difference for less: sums of
  /// even operands waste no bits, and leave rows that waste none.
  func score(
    _ key: PairKey, count: Int, first: PairCandidates.Wires, second: PairCandidates.Wires
  ) -> Int {
    let firstTop = first.top + key.firstShift
    let secondTop = second.top + key.secondShift
    let bottom = max(first.zeros + key.firstShift, second.zeros + key.secondShift)
    let overlap = max(0, min(firstTop, secondTop) - bottom)
    let gap = abs(firstTop - secondTop)
    let score = count * (256 * overlap + (gap == 0 ? evenTops : -topGap * gap))
    guard noise > 0 else { return score }
    return score + score * noise * (Int(hash(key.bits) % 513) - 256) / (256 * 256)
  }

  /// A number that depends on the bits and the seed only (SplitMix64's finaliser).
  private func hash(_ bits: UInt64) -> UInt64 {
    var hash = bits &+ seed &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash &>> 30) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ hash &>> 27) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash &>> 31
  }
}
