/// What becomes of the bits below a format's step (UG1399, "Quantization Modes").
public enum RoundingMode: String, Sendable, Hashable, CaseIterable, Codable {
  /// Truncate towards minus infinity.
  case truncate = "TRN"
  /// Truncate towards zero.
  case truncateToZero = "TRN_ZERO"
  /// To nearest, halves towards plus infinity.
  case nearest = "RND"
  /// To nearest, halves towards zero.
  case nearestToZero = "RND_ZERO"
  /// To nearest, halves away from zero.
  case nearestToInfinity = "RND_INF"
  /// To nearest, halves towards minus infinity.
  case nearestToMinusInfinity = "RND_MIN_INF"
  /// To nearest, halves to the even neighbour.
  case nearestToEven = "RND_CONV"
}

extension RoundingMode {
  /// `mantissa / 2^bits`, rounded.
  ///
  /// - Precondition: `bits >= 1`.
  /// - Complexity: O(1) for fixed-width integers; any `SignedInteger` works, wide ones included.
  @inlinable
  public func round<Mantissa: SignedInteger>(
    _ mantissa: Mantissa, droppingBits bits: Int
  ) -> Mantissa {
    precondition(bits >= 1, "rounding drops at least one bit, not \(bits)")
    let floor = mantissa >> bits
    if self == .truncate { return floor }
    let upper = mantissa >> (bits - 1)
    let half = (upper & 1) == 1  // the first bit that is dropped
    let sticky = (upper << (bits - 1)) != mantissa  // any bit below it
    let negative = mantissa < 0
    let roundsUp =
      switch self {
      case .truncate: false
      case .truncateToZero: negative && (half || sticky)
      case .nearest: half
      case .nearestToZero: half && (sticky || negative)
      case .nearestToInfinity: half && (sticky || !negative)
      case .nearestToMinusInfinity: half && sticky
      case .nearestToEven: half && (sticky || (floor & 1) == 1)
      }
    return roundsUp ? floor + 1 : floor
  }
}
