import Foundation
import Testing
import WinnowFixedPoint

@Suite struct FormatTests {
  @Test func bounds() {
    let signed = FixedPointFormat(signed: true, width: 8, integer: 3)
    #expect(signed.minimum == -128 && signed.maximum == 127 && signed.fraction == 5)
    #expect(signed.interval.minimum == -4 && signed.interval.maximum == 3.96875)
    let unsigned = FixedPointFormat(signed: false, width: 64, integer: -2)
    #expect(unsigned.minimum == 0 && unsigned.maximum == Int128(UInt64.max))
    let nothing = FixedPointFormat(signed: true, width: 0, integer: 4)
    #expect(nothing.minimum == 0 && nothing.maximum == 0 && nothing.contains(mantissa: 0))
    #expect(!nothing.contains(mantissa: 1))
  }

  /// The narrowest format holds the range; one bit less does not.
  @Test func narrowestFormat() {
    for low in Int128(-40)...40 {
      for high in low...40 {
        let format = FixedPointFormat(holding: low, through: high, fraction: 3)
        #expect(format.contains(mantissa: low) && format.contains(mantissa: high))
        #expect(format.fraction == 3 && format.isSigned == (low < 0))
        guard format.width > 0 else { continue }
        let narrower = FixedPointFormat(
          signed: format.isSigned, width: format.width - 1, integer: format.integer - 1)
        #expect(!(narrower.contains(mantissa: low) && narrower.contains(mantissa: high)))
      }
    }
  }

  @Test func limits() throws {
    try FixedPointFormat(signed: true, width: 64, integer: 256).validate()
    try FixedPointFormat(signed: true, width: 0, integer: -256).validate()
    for (format, part) in [
      (FixedPointFormat(signed: true, width: 65, integer: 2), "65 bits wide"),
      (FixedPointFormat(signed: true, width: -1, integer: 2), "-1 bits wide"),
      (FixedPointFormat(signed: true, width: 8, integer: 257), "point"),
      (FixedPointFormat(signed: true, width: 64, integer: -200), "point"),
      (FixedPointFormat(signed: true, width: 8, integer: .min), "point"),
      (FixedPointFormat(signed: true, width: .max, integer: .min), "bits wide"),
    ] {
      let error = #expect(throws: FixedPointError.self) { try format.validate() }
      #expect(error?.message.contains(part) == true)
    }
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func textRoundTrip(rounding: RoundingMode, overflow: OverflowMode) throws {
    for signed in [false, true] {
      for (width, integer) in [(8, 3), (0, 0), (64, -7), (1, 40)] {
        let type = FixedPointType(
          signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
        #expect(try FixedPointType(text: type.description) == type)
        #expect(try FixedPointType(text: "ap_" + type.description) == type)
        let coded = try JSONEncoder().encode([type])
        #expect(try JSONDecoder().decode([FixedPointType].self, from: coded) == [type])
      }
    }
  }

  @Test func texts() throws {
    #expect(try FixedPointType(text: "fixed<8,6>").description == "fixed<8,6>")
    #expect(
      try FixedPointType(text: " ap_ufixed< 10, 6, AP_RND_CONV, AP_SAT, 0 > ")
        == FixedPointType(
          signed: false, width: 10, integer: 6, rounding: .nearestToEven, overflow: .saturate))
    #expect(try FixedPointType(text: "int<7>") == FixedPointType(signed: true, width: 7, integer: 7))
    #expect(
      try FixedPointType(text: "uint<7,RND,SAT_SYM>")
        == FixedPointType(
          signed: false, width: 7, integer: 7, rounding: .nearest, overflow: .saturateSymmetrically))
  }

  @Test(arguments: [
    "", "fixed", "fixed<8,6", "float<8,6>", "fixed<>", "fixed<8>", "fixed<8,6,UP>", "fixed<8,6,RND,CLIP>",
    "fixed<8,6,RND,SAT,1>", "fixed<8,6,RND,SAT,0,0>", "fixed<a,b>", "fixed<8.5,6>", "<8,6>", "int<>",
    "fixed<8,6,,>", "fixed<99999999999999999999,6>", "fixed<8,6>x",
  ])
  func malformedTexts(text: String) {
    let error = #expect(throws: FixedPointError.self) { try FixedPointType(text: text) }
    #expect(
      error?.message == "'\(text)' is not a fixed-point type; write for example fixed<8,6,RND_CONV,SAT>")
  }

  @Test(arguments: [
    "fixed<65,6>", "fixed<-1,6>", "fixed<8,-9223372036854775808>", "fixed<8,9223372036854775807>",
    "ufixed<9223372036854775807,-5>",
  ])
  func impossibleFormats(text: String) {
    let error = #expect(throws: FixedPointError.self) { try FixedPointType(text: text) }
    #expect(error?.message.hasPrefix("the format ") == true)
  }
}
