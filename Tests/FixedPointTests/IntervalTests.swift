import Testing
import WinnowFixedPoint

/// Interval arithmetic contains every result, and its ends are reached.
@Suite struct IntervalTests {
  /// Small intervals in several steps.
  private static let small: [Interval] = [-2, 0, 1].flatMap { fraction in
    [(-3, -1), (-3, 2), (0, 0), (0, 3), (1, 4), (-2, -2), (5, 5)].map { low, high in
      Interval(low, high, fraction: fraction)
    }
  }

  /// Every value, as a multiple of 2^−4.
  private func values(_ interval: Interval) -> [Int128] {
    (interval.low...interval.high).map { $0 << (4 - interval.fraction) }
  }

  private func expectTight(_ interval: Interval, _ results: [Int128], scale: Int = 4, _ note: String) {
    let shift = scale - interval.fraction
    #expect(results.min() == interval.low << shift, "\(note): low of \(interval)")
    #expect(results.max() == interval.high << shift, "\(note): high of \(interval)")
  }

  @Test func arithmetic() throws {
    for a in Self.small {
      expectTight(a.negated(), values(a).map { -$0 }, "-\(a)")
      for b in Self.small {
        let pairs = values(a).flatMap { x in values(b).map { (x, $0) } }
        expectTight(try a.adding(b), pairs.map { $0 + $1 }, "\(a) + \(b)")
        expectTight(try a.subtracting(b), pairs.map { $0 - $1 }, "\(a) - \(b)")
        expectTight(try a.multiplied(by: b), pairs.map { $0 * $1 }, scale: 8, "\(a) · \(b)")
        expectTight(try a.union(b), values(a) + values(b), "\(a) ∪ \(b)")
      }
    }
  }

  /// A conversion's range contains every conversion; without wrapping its ends are reached.
  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func conversions(rounding: RoundingMode, overflow: OverflowMode) {
    for signed in [false, true] {
      for width in 0...5 {
        for integer in -3...7 {
          let type = FixedPointType(
            signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
          for (low, high, fraction) in [
            (-9, 11, 2), (-40, -3, 1), (3, 50, 3), (0, 7, 0), (-1, 0, -2), (-70, 70, 4), (6, 6, 1),
            (-33, 2, 5),
          ] as [(Int128, Int128, Int)] {
            let source = Interval(low, high, fraction: fraction)
            let range = source.converted(to: type)
            #expect(range.fraction == type.fraction)
            let results = (low...high).map { type.convert($0, fraction: fraction) }
            let note = "\(source) to \(type): \(range)"
            #expect(results.min()! >= range.low && results.max()! <= range.high, "\(note)")
            // Wrapping and zeroing are not monotonic; without overflow every mode is.
            let wide = FixedPointType(
              signed: true, width: 60, integer: 60 - type.fraction, rounding: rounding)
            let saturates = overflow == .saturate || overflow == .saturateSymmetrically
            if saturates || results == (low...high).map({ wide.convert($0, fraction: fraction) }) {
              #expect(results.min()! == range.low && results.max()! == range.high, "\(note)")
            }
          }
        }
      }
    }
  }

  @Test func wideConversions() {
    let wide = Interval(-(1 << 125), (1 << 125) - 1, fraction: 100)
    for fraction in [-200, 0, 90, 100, 110, 240] {
      let type = FixedPointType(signed: true, width: 8, integer: 8 - fraction, overflow: .saturate)
      let range = wide.converted(to: type)
      #expect(range.low == type.convert(wide.low, fraction: 100))
      #expect(range.high == type.convert(wide.high, fraction: 100))
    }
  }

  @Test func tooWide() throws {
    let message =
      "an exact intermediate result needs more than 126 bits; narrow the formats that feed it or quantise in between"
    let big = Interval(0, (1 << 126) - 1)
    let negative = Interval(-(1 << 126) + 1, 0)
    for failing in [
      { try big.adding(big) }, { try negative.adding(negative) }, { try negative.subtracting(big) },
      { try big.multiplied(by: Interval(constant: 2)) }, { try big.aligned(to: 1) },
      { try big.union(Interval(0, 1, fraction: 1)) },
      { try Interval(0, Int128.max).multiplied(by: Interval(0, Int128.max)) },
      { try Interval(0, 1).aligned(to: 126) }, { try Interval(-1, 0).aligned(to: 500) },
    ] as [() throws -> Interval] {
      let error = #expect(throws: FixedPointError.self) { try failing() }
      #expect(error?.message == message)
    }
    #expect(try big.adding(negative).high == (1 << 126) - 1)
    #expect(try Interval(constant: 0).aligned(to: 5000).high == 0)
    #expect(try Interval(0, 1).aligned(to: 125).high == 1 << 125)
  }

  @Test func formats() {
    #expect(Interval(-8, 7, fraction: 2).format == FixedPointFormat(signed: true, width: 4, integer: 2))
    #expect(Interval(0, 8, fraction: 2).format == FixedPointFormat(signed: false, width: 4, integer: 2))
    #expect(Interval(constant: 0, fraction: 2).format.width == 0)
    #expect(Interval(-3, 5, fraction: 1).description == "[-1.5, 2.5] step 2^-1")
    #expect(Interval(constant: 3).isConstant)
  }
}
