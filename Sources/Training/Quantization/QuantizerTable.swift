import WinnowFixedPoint
import WinnowNetworkIR

/// The numbers of a `Quantize` node's types, laid out along a period of its input's elements.
struct QuantizerTable<Scalar: TrainingScalar> {
  /// 2^fraction, 2^−fraction, and the ends of the range counted in steps.
  let scale, step, low, high: Buffer<Scalar>
  /// Where the gradient passes.
  let passLow, passHigh: Buffer<Scalar>
  /// The conversion of each place.
  let conversions: [RealConversion]
  /// Rounding that the fast loop knows; `nil` where types need the general one.
  let fastRounding: FastRounding?
  /// Places after which everything repeats.
  let period: Int

  enum FastRounding { case down, halvesUp, halvesToEven }

  init(_ operation: Quantize, _ x: Operand<Scalar>, _ site: Site<Scalar>) {
    // Types cannot differ between rows, whose number is a symbol's.
    let places = operation.places(in: x.isBatched ? [1] + x.shape.dropFirst() : x.shape)
    conversions = places.map { RealConversion(operation.types[$0]) }
    period = conversions.count
    let size = period
    let table = site.allocate(6 * size)
    let parts = (0..<6).map { table.part($0 * size..<($0 + 1) * size) }
    (scale, step, low) = (parts[0], parts[1], parts[2])
    (high, passLow, passHigh) = (parts[3], parts[4], parts[5])
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
    fastRounding = Self.fastRounding(operation.types)
  }

  /// The fast loop rounds by adding 1.5·2^p, which needs clipped mantissas of at most p − 1 bits
  /// (p bits of the significand), and powers of two that the scalar holds.
  private static func fastRounding(_ types: [FixedPointType]) -> FastRounding? {
    let rounding = types[0].rounding
    let fits = types.allSatisfy { type in
      type.rounding == rounding && type.fraction.magnitude <= 120
        && (type.overflow == .saturate || type.overflow == .saturateSymmetrically)
        && type.width < Scalar.significandBitCount
    }
    guard fits else { return nil }
    switch rounding {
    case .truncate: return .down
    case .nearest: return .halvesUp
    case .nearestToEven: return .halvesToEven
    default: return nil
    }
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
