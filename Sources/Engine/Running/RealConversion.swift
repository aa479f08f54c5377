import WinnowFixedPoint

/// Converts real numbers to one fixed-point type: quickly where 51 bits suffice, else as
/// `FixedPointType.convert` does.
struct RealConversion {
  let type: FixedPointType
  private let scale: Double
  private let low: Double
  private let high: Double

  /// Below this a scaled number may have lost bits to underflow.
  private static let least = 0x1p-900
  /// Up to this rounded numbers are exact, and so are their differences from the number.
  private static let most = 0x1p51

  init(_ type: FixedPointType) {
    self.type = type
    scale = Double(sign: .plus, exponent: type.fraction, significand: 1)
    let (low, high) = type.overflow.range(of: type.format)
    self.low = max(Double(low), -Self.most)
    self.high = min(Double(high), Self.most)
  }

  /// The mantissa; `nil` for NaN.
  @inline(__always)
  func callAsFunction(_ value: Double) -> Int128? {
    if value == 0 { return 0 }
    let scaled = value * scale
    guard scaled.magnitude >= Self.least, scaled.magnitude <= Self.most else {
      return type.convert(value)
    }
    let rounded = round(scaled)
    guard rounded >= low, rounded <= high else { return type.convert(value) }
    return Int128(Int64(rounded))
  }

  /// Every rounding is exact, and near a tie so is the difference from the number.
  @inline(__always)
  private func round(_ x: Double) -> Double {
    switch type.rounding {
    case .truncate: return x.rounded(.down)
    case .truncateToZero: return x.rounded(.towardZero)
    case .nearestToEven: return x.rounded(.toNearestOrEven)
    case .nearestToInfinity: return x.rounded(.toNearestOrAwayFromZero)
    case .nearest:
      let away = x.rounded(.toNearestOrAwayFromZero)
      return away - x == -0.5 ? away + 1 : away
    case .nearestToMinusInfinity:
      let away = x.rounded(.toNearestOrAwayFromZero)
      return away - x == 0.5 ? away - 1 : away
    case .nearestToZero:
      let away = x.rounded(.toNearestOrAwayFromZero)
      return (away - x).magnitude == 0.5 ? x.rounded(.towardZero) : away
    }
  }
}
