import CWinnowFloatKernels
import Testing
import WinnowFixedPoint
import WinnowTensors

@testable import WinnowTraining

/// Rounding to fixed-point numbers: the same numbers as `FixedPointType.convert`.
@Suite struct QuantizationKernelTests {
  static let formats = [
    FixedPointFormat(signed: true, width: 8, integer: 3),
    FixedPointFormat(signed: false, width: 6, integer: 6),
    FixedPointFormat(signed: true, width: 4, integer: -1),
    FixedPointFormat(signed: true, width: 10, integer: 14),
    FixedPointFormat(signed: true, width: 1, integer: 1),
  ]

  /// Ties, their neighbours, whole steps, random numbers inside and outside the range.
  private func samples<Scalar: TrainingScalar>(
    _ format: FixedPointFormat, _ stream: inout RandomStream
  ) -> [Scalar] {
    let step = Scalar(sign: .plus, exponent: Scalar.Exponent(-format.fraction), significand: 1)
    var values: [Scalar] = [0, -0.0, .nan, .infinity, -.infinity]
    for quarter in -12...12 {
      let value = Scalar(quarter) / 4 * step
      values += [value, value.nextUp, value.nextDown]
    }
    for _ in 0..<200 {
      let span = Double(format.maximum - format.minimum)
      values.append(Scalar(stream.uniform(in: -1.6 * span..<1.6 * span)) * step)
      values.append(Scalar(stream.integer(in: -400...400)) / 2 * step)
    }
    // Smaller numbers than these underflow when scaled.
    return values.filter { !($0 != 0 && abs($0) < .leastNormalMagnitude * 0x1p20) }
  }

  @Test(arguments: KernelSet.supported)
  func numbersEqualFixedPointConversions(_ set: KernelSet) {
    check(Float.self, set)
    check(Double.self, set)
  }

  private func check<Scalar: TrainingScalar>(_: Scalar.Type, _ set: KernelSet) {
    var stream = RandomStream(seed: 41)
    let kernels = unsafe Scalar.kernels(set)
    for format in Self.formats {
      let factor = Scalar(sign: .plus, exponent: Scalar.Exponent(format.fraction), significand: 1)
      let x = KernelArray<Scalar>(samples(format, &stream))
      for rounding in RoundingMode.allCases {
        for overflow in OverflowMode.allCases {
          let type = FixedPointType(format, rounding: rounding, overflow: overflow)
          let range = overflow.range(of: format)
          let (factors, inverses) = (KernelArray([factor]), KernelArray([1 / factor]))
          let (low, high) = (KernelArray([Scalar(range.low)]), KernelArray([Scalar(range.high)]))
          let y = KernelArray<Scalar>(zeros: x.count)
          unsafe kernels.pointee.quantise(
            rounding.kernel, overflow.kernel, x.start, y.start, 1, x.count, factors.start,
            inverses.start, low.start, high.start, 0)
          #expect(y.guardsAreWhole)
          for place in 0..<x.count {
            guard let mantissa = type.convert(Double(x[place])) else {
              #expect(y[place].isNaN)
              continue
            }
            #expect(
              y[place] == Scalar(mantissa) / factor && (y[place] != 0 || y[place].sign == .plus),
              "\(type) of \(x[place]): \(y[place]), not \(Scalar(mantissa) / factor); \(set)")
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.supported)
  func formatsPerColumnAndTheGradient(_ set: KernelSet) {
    var stream = RandomStream(seed: 42)
    let kernels = unsafe Float.kernels(set)
    for columns in 1...70 {
      let rows = 5
      let formats = (0..<columns).map {
        FixedPointFormat(signed: true, width: 3 + $0 % 5, integer: 1 + $0 % 3)
      }
      let factor = KernelArray(
        formats.map { Float(sign: .plus, exponent: $0.fraction, significand: 1) })
      let inverse = KernelArray(factor.values.map { 1 / $0 })
      let low = KernelArray(formats.map { Float($0.minimum) })
      let high = KernelArray(formats.map { Float($0.maximum) })
      let x = KernelArray(
        (0..<rows * columns).map { _ in Float(stream.uniform(in: -6..<6)) }, offset: columns % 3)
      let dy = KernelArray<Float>(random: x.count, &stream)
      let dx = KernelArray<Float>(random: x.count, &stream)
      let (y, old) = (KernelArray<Float>(zeros: x.count), dx.values)
      unsafe kernels.pointee.quantise(
        winnow_rounding_nearest, winnow_overflow_saturate, x.start, y.start, rows, columns,
        factor.start, inverse.start, low.start, high.start, 1)
      let accumulate = columns % 2 == 0
      unsafe kernels.pointee.quantise_backward(
        x.start, dy.start, dx.start, rows, columns, factor.start, low.start, high.start, 1,
        accumulate ? 1 : 0)
      for place in 0..<x.count {
        let column = place % columns
        let type = FixedPointType(
          formats[column], rounding: .nearest, overflow: .saturate)
        #expect(y[place] == Float(type.convert(Double(x[place]))!) / factor[column])
        let scaled = x[place] * factor[column]
        let inside = scaled >= low[column] && scaled <= high[column]
        #expect(dx[place] == (accumulate ? old[place] : 0) + (inside ? dy[place] : 0))
      }
      #expect(y.guardsAreWhole && dx.guardsAreWhole)
    }
  }
}
