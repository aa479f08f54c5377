import BigInt
import WinnowFixedPoint

/// The definition of a conversion in words of arithmetic, with no shift or bit mask: the exact value
/// is a fraction of two integers, rounded to the target's step and then brought into range.
enum RationalDefinition {
  static func convert(_ mantissa: BigInt, fraction: Int, to type: FixedPointType) -> BigInt {
    if type.width == 0 { return 0 }
    let exponent = type.fraction - fraction
    let numerator = exponent >= 0 ? mantissa * BigInt(2).power(exponent) : mantissa
    let denominator = exponent >= 0 ? BigInt(1) : BigInt(2).power(-exponent)
    return fit(round(numerator, denominator, type.rounding), type)
  }

  /// A fraction to an integer.
  static func round(_ numerator: BigInt, _ denominator: BigInt, _ mode: RoundingMode) -> BigInt {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    let below = remainder < 0 ? quotient - 1 : quotient
    let rest = numerator - below * denominator
    if rest == 0 { return below }
    let above = below + 1
    let towardsZero = numerator < 0 ? above : below
    let awayFromZero = numerator < 0 ? below : above
    let isTie = 2 * rest == denominator
    let nearest = 2 * rest < denominator ? below : above
    switch mode {
    case .truncate: return below
    case .truncateToZero: return towardsZero
    case .nearest: return isTie ? above : nearest
    case .nearestToZero: return isTie ? towardsZero : nearest
    case .nearestToInfinity: return isTie ? awayFromZero : nearest
    case .nearestToMinusInfinity: return isTie ? below : nearest
    case .nearestToEven: return isTie ? (below % 2 == 0 ? below : above) : nearest
    }
  }

  /// An integer into a format's range.
  static func fit(_ value: BigInt, _ type: FixedPointType) -> BigInt {
    let values = BigInt(2).power(type.width)
    let high = type.isSigned ? values / 2 - 1 : values - 1
    let low = type.isSigned ? -(values / 2) : 0
    if value >= low, value <= high, type.overflow != .saturateSymmetrically { return value }
    switch type.overflow {
    case .wrap:
      let rest = ((value - low) % values + values) % values
      return low + rest
    case .saturate: return value < low ? low : high
    case .saturateToZero: return 0
    case .saturateSymmetrically:
      // AMD's headers keep −1 in one signed bit (Golden/README.md).
      let symmetric = type.isSigned && type.width > 1 ? -high : low
      return min(max(value, symmetric), high)
    }
  }
}

extension SeededGenerator {
  /// A mantissa of up to `bits` bits: random, or near an end, a tie or zero.
  mutating func mantissa(bits: Int) -> BigInt {
    let bound = BigInt(1) << bits
    var value: BigInt =
      switch next() % 4 {
      case 0: bound - BigInt(Int64(next() % 3)) - 1
      case 1: (BigInt(1) << Int(next() % UInt64(bits + 1))) + BigInt(Int64(next() % 3)) - 1
      case 2: BigInt(Int64(next() % 8)) << Int(next() % UInt64(bits + 1))
      default: BigInt(BigUInt.randomInteger(withMaximumWidth: bits, using: &self))
      }
    value = min(value, bound - 1)
    return next() % 2 == 0 ? value : -value
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func type(widths: ClosedRange<Int>, integers: ClosedRange<Int>) -> FixedPointType {
    FixedPointType(
      signed: next() % 2 == 0, width: int(widths), integer: int(integers),
      rounding: RoundingMode.allCases.randomElement(using: &self)!,
      overflow: OverflowMode.allCases.randomElement(using: &self)!)
  }
}
