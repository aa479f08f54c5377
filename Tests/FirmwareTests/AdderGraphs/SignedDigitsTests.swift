import Testing

@testable import WinnowFirmware

@Suite struct SignedDigitsTests {
  @Test func digitsAddUpAndNoTwoAreAdjacent() {
    for value in Array(-1025...1025) + [1 << 40, -(1 << 61) + 1, (1 << 40) / 3, 1 << 61] {
      let digits = signedDigits(of: value)
      #expect(digits.reduce(0) { $0 + ($1.isNegative ? -1 : 1) << $1.shift } == value)
      #expect(digits.count == signedDigitCount(value))
      #expect(zip(digits, digits.dropFirst()).allSatisfy { $1.shift - $0.shift >= 2 })
    }
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 2), (-7, 2), (15, 2), (85, 4), (171, 5), (1 << 40, 1)])
  func digitCount(value: Int, count: Int) {
    #expect(signedDigitCount(value) == count)
  }

  @Test(arguments: [(-3, 0), (0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (1 << 40, 40)])
  func ceilingOfLogarithm(value: Int, logarithm: Int) {
    #expect(ceilingLog2(value) == logarithm)
    #expect(ceilingLog2(Int128(value)) == logarithm)
  }
}
