import Foundation
import WinnowFixedPoint

extension FittedWidth {
  /// The type of this width that suits some numbers.
  ///
  /// - Parameters:
  ///   - low, high: ends of everything seen; 0 is always counted in.
  ///   - sample: numbers for percentiles and squared errors.
  /// - Throws: ``TrainingError`` when the width or rule is out of bounds, or the scale free.
  /// - Complexity: O(samples), times the width for `squaredError`.
  func type(low: Double, high: Double, sample: [Double]) throws -> FixedPointType {
    guard scale == .powerOfTwo else {
      throw TrainingError(
        "free scales are no fixed-point formats, and firmware would need a multiplier to undo each; use power-of-two scales, per channel if one for the tensor is too coarse"
      )
    }
    guard width >= 0, width <= FixedPointFormat.maximumWidth else {
      throw TrainingError(
        "a precision of \(width) bits is asked for; formats have 0 to \(FixedPointFormat.maximumWidth) bits")
    }
    var low = min(low, 0)
    var high = max(high, 0)
    let signed = isSigned ?? (low < 0)
    if !signed { low = 0 }
    if case .percentile(let percent) = range {
      guard percent > 0, percent <= 100 else {
        throw TrainingError("the percentile is \(percent); give a number above 0, at most 100")
      }
      let bound = percentile(percent, of: sample.map(abs))
      low = max(low, -bound)
      high = min(high, bound)
    }
    let widest = covering(low, high, signed)
    guard case .squaredError = range, width > 0, !sample.isEmpty else { return widest }
    // A range too small by more bits than there are would clip nearly everything.
    let candidates = (0...width).map { type(integer: widest.integer - $0, signed) }
    let errors = candidates.map { candidate in
      let conversion = RealConversion(candidate)
      return sample.reduce(0.0) { $0 + ($1 - conversion($1)) * ($1 - conversion($1)) }
    }
    return candidates[errors.indices.min { errors[$0] < errors[$1] }!]
  }

  private func type(integer: Int, _ signed: Bool) -> FixedPointType {
    FixedPointType(
      signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
  }

  /// The finest type that clips neither end.
  private func covering(_ low: Double, _ high: Double, _ signed: Bool) -> FixedPointType {
    let largest = max(-low, high)
    guard largest > 0, width > 0 else { return type(integer: signed ? 1 : 0, signed) }
    var integer = Int(largest.exponent)
    while integer < 250 {
      let conversion = RealConversion(type(integer: integer, signed))
      if conversion.rounded(low * conversion.scale) >= conversion.low,
        conversion.rounded(high * conversion.scale) <= conversion.high
      {
        break
      }
      integer += 1
    }
    return type(integer: max(integer, width - 250), signed)
  }
}

/// The percentile by linear interpolation between neighbours, as NumPy's default.
func percentile(_ percent: Double, of values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  let place = percent / 100 * Double(sorted.count - 1)
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}
