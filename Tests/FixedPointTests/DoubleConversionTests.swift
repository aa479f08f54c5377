import BigInt
import Testing
import WinnowFixedPoint

/// Real numbers enter exactly: every finite `Double` is a mantissa times a power of two.
@Suite struct DoubleConversionTests {
  @Test func dyadicParts() throws {
    let part = try #require(dyadic(-0.375))
    #expect(part.mantissa == -3 && part.fraction == 3)
    let large = try #require(dyadic(6 * 0x1p100))
    #expect(large.mantissa == 3 && large.fraction == -101)
    let least = try #require(dyadic(.leastNonzeroMagnitude))
    #expect(least.mantissa == 1 && least.fraction == 1074)
    let most = try #require(dyadic(.greatestFiniteMagnitude))
    #expect(most.mantissa == (1 << 53) - 1 && most.fraction == -971)
    for value in [0, -0.0, .nan, .infinity, -.infinity] as [Double] { #expect(dyadic(value) == nil) }
  }

  @Test func dyadicRoundTrip() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite, value != 0 else { continue }
      let (mantissa, fraction) = try #require(dyadic(value))
      #expect(mantissa & 1 == 1)
      // Two steps: the power of two alone may leave Double's range.
      let half = fraction / 2
      let back =
        Double(mantissa) * Double(sign: .plus, exponent: -half, significand: 1)
        * Double(sign: .plus, exponent: half - fraction, significand: 1)
      #expect(back == value)
    }
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func equalsTheDefinition(rounding: RoundingMode, overflow: OverflowMode) throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<1_500 {
      var type = random.type(widths: 0...64, integers: -60...70)
      type.rounding = rounding
      type.overflow = overflow
      let values = [
        Double(bitPattern: random.next()),
        Double(Int64(bitPattern: random.next()))
          * Double(sign: .plus, exponent: random.int(-130...10), significand: 1),
        Double(random.int(-99...99)) / 8, .leastNonzeroMagnitude, -.leastNormalMagnitude / 4, 1.7e308,
        -1.7e308,
      ]
      for value in values where value.isFinite {
        let (mantissa, fraction) = dyadic(value) ?? (0, 0)
        let expected = RationalDefinition.convert(BigInt(mantissa), fraction: fraction, to: type)
        #expect(type.convert(value).map { BigInt($0) } == expected, "\(value) to \(type)")
      }
    }
  }

  @Test func notANumber() {
    for type in [
      FixedPointType(signed: true, width: 8, integer: 4), .init(signed: false, width: 0, integer: 0),
    ] {
      #expect(type.convert(.nan) == nil)
    }
  }

  @Test(arguments: [true, false]) func infinities(signed: Bool) {
    func convert(_ value: Double, _ overflow: OverflowMode) -> Int128? {
      FixedPointType(signed: signed, width: 4, integer: 2, overflow: overflow).convert(value)
    }
    #expect(convert(.infinity, .wrap) == 0 && convert(-.infinity, .wrap) == 0)
    #expect(convert(.infinity, .saturateToZero) == 0 && convert(-.infinity, .saturateToZero) == 0)
    #expect(convert(.infinity, .saturate) == (signed ? 7 : 15))
    #expect(convert(-.infinity, .saturate) == (signed ? -8 : 0))
    #expect(convert(.infinity, .saturateSymmetrically) == (signed ? 7 : 15))
    #expect(convert(-.infinity, .saturateSymmetrically) == (signed ? -7 : 0))
    #expect(FixedPointType(signed: true, width: 0, integer: 0, overflow: .saturate).convert(.infinity) == 0)
  }
}
