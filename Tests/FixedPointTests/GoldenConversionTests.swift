import Testing
import WinnowFixedPoint

/// Conversions equal AMD's `ap_fixed` headers, number by number.
@Suite struct GoldenConversionTests {
  /// Every 10-bit value in every mode, into 122 formats: 7.0 million conversions.
  @Test func everyTenBitValue() throws {
    let golden = try GoldenConversions.load()
    #expect(golden.full.targets.count == 122)
    var wrong: [String] = []
    for target in golden.full.targets {
      var digest = Digest()
      for source in golden.full.sources.map(\.format) {
        for rounding in golden.roundings {
          for overflow in golden.overflows {
            let type = FixedPointType(target.format, rounding: rounding, overflow: overflow)
            for mantissa in source.minimum...source.maximum {
              digest.add(type.convert(mantissa, fraction: source.fraction))
            }
          }
        }
      }
      if digest.text != target.digest { wrong.append("\(target.format)") }
    }
    #expect(wrong.isEmpty, "targets that differ: \(wrong)")
  }

  /// Widths up to 64 bits, points far apart, 3.9 million conversions.
  @Test func sampledFormats() throws {
    let golden = try GoldenConversions.load()
    let sample = golden.sample
    var walk = SeededGenerator(seed: golden.seed)
    var digests: [String] = []
    var digest = Digest()
    var combinations = 0
    for source in sample.sources.map(\.format) {
      let mantissas = Self.mantissas(source, sample, seed: golden.seed)
      for target in sample.targets.map(\.format) {
        for rounding in golden.roundings {
          for overflow in golden.overflows where walk.next() % sample.oneIn == 0 {
            let type = FixedPointType(target, rounding: rounding, overflow: overflow)
            for mantissa in mantissas { digest.add(type.convert(mantissa, fraction: source.fraction)) }
            combinations += 1
            if combinations % sample.chunk == 0 {
              digests.append(digest.text)
              digest = Digest()
            }
          }
        }
      }
    }
    if combinations % sample.chunk != 0 { digests.append(digest.text) }
    #expect(combinations == sample.combinations)
    #expect(digests == sample.digests)
  }

  private static func mantissas(
    _ format: FixedPointFormat, _ sample: GoldenConversions.Sample, seed: UInt64
  ) -> [Int128] {
    if format.width <= sample.enumeratedWidth { return Array(format.minimum...format.maximum) }
    var random = SeededGenerator(seed: seed &+ UInt64(format.width))
    return (0..<sample.drawn).map { _ in
      let bits = random.next() & (format.width == 64 ? .max : (1 << UInt64(format.width)) - 1)
      let value = Int128(bits)
      return format.isSigned && value > format.maximum ? value - (1 << format.width) : value
    }
  }

  /// The readable sample, line by line.
  @Test func sampleLines() throws {
    let rows = try Golden.rows("sample.csv")
    #expect(rows.count == 28 * 64)
    for row in rows {
      let source = Golden.format(row[0], row[1], row[2])
      let type = FixedPointType(
        Golden.format(row[3], row[4], row[5]), rounding: try #require(RoundingMode(rawValue: row[6])),
        overflow: try #require(OverflowMode(rawValue: row[7])))
      let result = type.convert(Int128(row[8])!, fraction: source.fraction)
      #expect(result == Int128(row[9])!, "\(row)")
    }
  }
}
