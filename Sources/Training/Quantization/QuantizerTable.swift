import WinnowFixedPoint
import WinnowNetworkIR

/// The numbers of a `Quantize` node's types, laid out along a period of its input's elements.
struct QuantizerTable<Scalar: TrainingScalar> {
  /// 2^fraction, 2^−fraction, and the ends of the range counted in steps.
  let scale, step, low, high: Buffer<Scalar>
  /// Where the gradient passes, counted in ones.
  let passLow, passHigh, one: Buffer<Scalar>
  /// The conversion of each place.
  let conversions: [RealConversion]
  /// The modes that all types share, if the scalar's kernels can do them exactly; else `nil`.
  let modes: FixedPointType?
  /// Places after which everything repeats.
  let period: Int

  init(_ operation: Quantize, _ x: Operand<Scalar>, _ site: Site<Scalar>) {
    let places = typePlaces(of: operation.shape, in: x.periodShape)
    conversions = places.map { RealConversion(operation.types[$0]) }
    period = conversions.count
    let size = period
    let table = site.allocate(7 * size)
    let parts = (0..<7).map { table.part($0 * size..<($0 + 1) * size) }
    (scale, step, low) = (parts[0], parts[1], parts[2])
    (high, passLow, passHigh, one) = (parts[3], parts[4], parts[5], parts[6])
    one.fill(1)
    for (place, conversion) in conversions.enumerated() {
      let isPruned = conversion.type.width == 0
      // With no range both ends are zero, and so is every result.
      scale[place] = isPruned ? 0 : Scalar(conversion.scale)
      step[place] = isPruned ? 0 : Scalar(conversion.step)
      low[place] = Scalar(conversion.low)
      high[place] = Scalar(conversion.high)
      let passing = conversion.passing(site.options.quantization, Scalar.self)
      passLow[place] = passing?.lowerBound ?? .infinity
      passHigh[place] = passing?.upperBound ?? -.infinity
    }
    modes = Self.modes(operation.types)
  }

  /// The kernels count in the scalar itself: mantissas must fit its significand, and powers of two
  /// its exponent.
  private static func modes(_ types: [FixedPointType]) -> FixedPointType? {
    let fits = types.allSatisfy { type in
      type.rounding == types[0].rounding && type.overflow == types[0].overflow
        && type.fraction.magnitude <= 120 && type.width < Scalar.significandBitCount
    }
    return fits ? types[0] : nil
  }
}
