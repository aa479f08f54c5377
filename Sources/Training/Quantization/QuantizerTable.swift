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
    // Types cannot differ between rows, whose number is a symbol's.
    let places = operation.places(in: x.isBatched ? [1] + x.shape.dropFirst() : x.shape)
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

extension Quantize {
  /// For one period of a tensor's elements, the place of each one's type: along the last axis only
  /// where no other axis has types of its own.
  fileprivate func places(in target: [Int]) -> [Int] {
    if types.count == 1 { return [0] }
    if let last = shape.last, types.count == last { return Array(0..<last) }
    let padded = Array(repeating: 1, count: target.count - shape.count) + shape
    var places = [0]
    var stride = types.count
    for (own, extent) in zip(padded, target) {
      stride /= own
      places = places.flatMap { start in
        (0..<extent).map { start + (own == 1 ? 0 : $0 * stride) }
      }
    }
    return places
  }
}
