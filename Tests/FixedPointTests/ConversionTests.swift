import BigInt
import Testing
import WinnowFixedPoint

/// Conversions equal the rational-number definition; `Int128` and wide integers run the same code.
@Suite struct ConversionTests {
  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func exhaustiveNarrowFormats(rounding: RoundingMode, overflow: OverflowMode) {
    for signed in [false, true] {
      for width in 0...4 {
        for integer in -6...10 {
          let type = FixedPointType(
            signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
          for mantissa in Int128(-40)...40 {
            for fraction in [-3, 0, 2] {
              let expected = RationalDefinition.convert(BigInt(mantissa), fraction: fraction, to: type)
              #expect(
                BigInt(type.convert(mantissa, fraction: fraction)) == expected,
                "\(mantissa) · 2^\(-fraction) to \(type)")
            }
          }
        }
      }
    }
  }

  @Test func wideFormatsOnInt128() {
    var random = SeededGenerator(seed: 64)
    for _ in 0..<60_000 {
      let type = random.type(widths: 0...64, integers: -80...140)
      let mantissa = random.mantissa(bits: random.int(1...126))
      let fraction = random.int(-100...200)
      let expected = RationalDefinition.convert(mantissa, fraction: fraction, to: type)
      let narrow = type.convert(mantissa.int128, fraction: fraction)
      let wide = type.convert(FloorInteger(mantissa), fraction: fraction).value
      #expect(
        BigInt(narrow) == expected && wide == expected, "\(mantissa) · 2^\(-fraction) to \(type)")
    }
  }

  /// Nothing traps at the ends of the mantissa type.
  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func endsOfInt128(rounding: RoundingMode, overflow: OverflowMode) {
    for mantissa in [Int128.min, .min + 1, .max - 1, .max] {
      for integer in [-200, -64, 0, 3, 64, 127, 200] {
        for width in [1, 2, 63, 64] {
          for signed in [false, true] {
            let type = FixedPointType(
              signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
            let expected = RationalDefinition.convert(BigInt(mantissa), fraction: 5, to: type)
            #expect(
              BigInt(type.convert(mantissa, fraction: 5)) == expected, "\(mantissa) to \(type)")
          }
        }
      }
    }
  }

  @Test func hundredsOfBits() {
    var random = SeededGenerator(seed: 500)
    for _ in 0..<20_000 {
      let type = random.type(widths: 65...700, integers: -400...900)
      let mantissa = random.mantissa(bits: random.int(1...900))
      let fraction = random.int(-500...900)
      #expect(
        type.convert(FloorInteger(mantissa), fraction: fraction).value
          == RationalDefinition.convert(mantissa, fraction: fraction, to: type),
        "\(mantissa) · 2^\(-fraction) to \(type)")
    }
  }

  @Test func shiftsInsideAType() {
    let type = FixedPointType(signed: true, width: 8, integer: 4)
    #expect(type.shiftRight(Int128(-1), by: 3) == -1)
    #expect(type.shiftRight(Int128(100), by: 200) == 0)
    #expect(type.shiftRight(Int128(-100), by: 200) == -1)
    #expect(type.shiftRight(Int128(0b0101_0101), by: -1) == -86)
    #expect(type.shiftRight(Int128(1), by: -200) == 0)
  }

  @Test func divisionTowardsZero() {
    #expect(divideTowardZero(Int128(-7), by: 2) == -3)
    #expect(divideTowardZero(FloorInteger(-7), by: 2) == -3)
    #expect(divideTowardZero(Int128(7), by: 2) == 3)
  }
}
