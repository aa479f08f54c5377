import Foundation
import WinnowFixedPoint
public import WinnowNetworkIR

/// QKeras' quantisers as ours: the same numbers (QKeras 0.9, checked by fixtures).
///
/// Gradients as theirs: ``QuantizePolicy/Gradient/qkeras``.
public enum QKerasQuantizer: Sendable, Hashable, Codable {
  /// `quantized_bits`; `integer` does not count the sign.
  case bits(
    _ bits: Int, integer: Int, keepNegative: Bool = true, symmetric: Bool = false,
    alpha: Alpha = .powerOfTwo(0))
  /// `quantized_relu`.
  case relu(_ bits: Int, integer: Int)
  /// `binary`: ±1 times a scale, 1 where x = 0.
  case binary(alpha: Alpha = .powerOfTwo(0))
  /// `ternary`: −1, 0 or 1 times a scale; the threshold counts where the scale is given.
  case ternary(threshold: Double = 0.33, alpha: Alpha = .powerOfTwo(0))

  /// The scale. QKeras' `alpha="auto"` has no fixed point; `alpha=1` is `powerOfTwo(0)`.
  public enum Alpha: Sendable, Hashable, Codable {
    case powerOfTwo(Int)
    /// `auto_po2`: from the weights themselves, one per neuron or filter: the last axis, as Keras
    /// keeps them. Symmetric.
    case automatic
  }

  /// A node's operation with the quantiser's numbers.
  ///
  /// - Parameter weights: what is quantised, where scales follow from it; shape `[…, channels]`.
  /// - Throws: ``TrainingError`` where there is no such operation: a ternary quantiser, or a scale
  ///   that is applied after rounding. ``values(_:)`` has the numbers.
  public func operation(for weights: Tensor? = nil) throws -> any Operator {
    switch self {
    case .bits(let bits, let integer, let keeps, let symmetric, .powerOfTwo(0)):
      if bits == 1, keeps { return BipolarQuantize(fraction: 0) }
      return Quantize(
        try Self.type(
          signed: keeps, bits, integer, rounding: .nearestToEven,
          overflow: symmetric ? .saturateSymmetrically : .saturate))
    case .bits(let bits, let integer, _, _, .automatic):
      guard let weights else {
        throw TrainingError("auto_po2 takes its scales from weights; give them")
      }
      let scales = scales(weights)
      let types = try scales.map { exponent in
        try Self.type(
          signed: true, bits, integer + exponent + bits - 1, rounding: .nearestToInfinity,
          overflow: .saturateSymmetrically)
      }
      return Quantize(types: types, shape: [types.count])
    case .relu(let bits, let integer):
      return Quantize(
        try Self.type(
          signed: false, bits, integer, rounding: .nearestToEven, overflow: .saturate))
    case .binary(.powerOfTwo(let exponent)): return BipolarQuantize(fraction: -exponent)
    default:
      throw TrainingError(
        "\(self) scales after rounding or has three values, which is no fixed-point conversion; take its values for constants, or another quantiser"
      )
    }
  }

  /// The operation on weights whose channels are not the last axis, as kernels of convolutions; one scale
  /// for a vector, as QKeras has it.
  func operation(for weights: Tensor, channelAxis: Int) throws -> any Operator {
    guard case .bits(_, _, _, _, .automatic) = self else { return try operation() }
    guard weights.shape.count > 1 else {
      return try operation(for: weights.like(weights.elements.doubles, shape: [weights.count, 1]))
    }
    let channels = weights.shape[channelAxis]
    let inner = weights.shape[(channelAxis + 1)...].reduce(1, *)
    // Channels last: the others in any order, as only sums and largest values are formed of them.
    var columns: [[Double]] = Array(repeating: [], count: channels)
    for (place, value) in weights.elements.doubles.enumerated() {
      columns[place / inner % channels].append(value)
    }
    let rows = weights.count / max(channels, 1)
    let moved = (0..<rows).flatMap { row in columns.map { $0[row] } }
    let operation = try operation(for: weights.like(moved, shape: [rows, channels]))
    guard let quantize = operation as? Quantize else { return operation }
    let trailing = Array(repeating: 1, count: weights.shape.count - 1 - channelAxis)
    return Quantize(types: quantize.types, shape: [channels] + trailing)
  }

  /// The quantised numbers, scales worked out in double precision.
  public func values(_ tensor: Tensor) throws -> Tensor {
    if let operation = try? operation(for: tensor) {
      let result = try operation.evaluate([tensor])[0]
      return Tensor(tensor.shape, .float64(result.elements.doubles))
    }
    let x = tensor.elements.doubles
    let columns = max(tensor.shape.last ?? 1, 1)
    let scales: [Double]
    switch self {
    case .binary(.automatic), .ternary(_, .automatic):
      scales = self.scales(tensor).map { exp2(Double($0)) }
    case .bits(_, _, _, _, .powerOfTwo(let exponent)), .ternary(_, .powerOfTwo(let exponent)):
      scales = Array(repeating: exp2(Double(exponent)), count: columns)
    default: scales = Array(repeating: 1, count: columns)
    }
    let levels: [Double]
    switch self {
    case .bits(let bits, let integer, let keeps, let symmetric, _):
      let plain = QKerasQuantizer.bits(bits, integer: integer, keepNegative: keeps, symmetric: symmetric)
      levels = try plain.values(tensor).elements.doubles
    case .ternary(_, .automatic):
      // The last scale is fitted to levels chosen with the one before.
      levels = Self.ternaryLevels(tensor).levels
    case .ternary(let threshold, _):
      // Compared in single precision, as there.
      levels = x.map { Float(abs($0)) >= Float(threshold) ? ($0 < 0 ? -1 : $0 > 0 ? 1 : 0) : 0 }
    default: levels = x.map { $0 < 0 ? -1 : 1 }
    }
    return Tensor(
      tensor.shape, .float64(levels.enumerated().map { $1 * scales[$0 % columns] }))
  }

  private static func type(
    signed: Bool, _ bits: Int, _ integer: Int, rounding: RoundingMode, overflow: OverflowMode
  ) throws -> FixedPointType {
    let type = FixedPointType(
      signed: signed, width: bits, integer: integer + (signed ? 1 : 0), rounding: rounding,
      overflow: overflow)
    do { try type.format.validate() } catch { throw TrainingError("\(error)") }
    return type
  }

  // MARK: Scales of auto_po2

  /// For each channel the exponent of its scale; of levels, where these are integers.
  private func scales(_ tensor: Tensor) -> [Int] {
    let columns = Self.columns(tensor)
    switch self {
    case .bits(let bits, let integer, _, _, _):
      let unit = exp2(Double(integer))
      let most = Double(1 << (bits - 1)) - 1
      return columns.map { column in
        let x = column.map { $0 / unit }
        var exponent = Self.exponent((x.map(abs).max() ?? 0) / most)
        for _ in 0..<5 {
          let scale = exp2(Double(exponent))
          let levels = x.map { value in
            let level = min((abs(value) / scale + 0.5).rounded(.down), most)
            return value < 0 ? -level : level
          }
          exponent = Self.fitted(x, levels)
        }
        return exponent
      }
    case .binary: return columns.map { column in Self.fitted(column, column.map { $0 < 0 ? -1 : 1 }) }
    default: return Self.ternaryLevels(tensor).exponents
    }
  }

  private static func ternaryLevels(_ tensor: Tensor) -> (levels: [Double], exponents: [Int]) {
    let columns = columns(tensor)
    var levels = Array(repeating: 0.0, count: tensor.count)
    var exponents: [Int] = []
    for (place, x) in columns.enumerated() {
      var exponent = Self.exponent(2 * (x.map(abs).max() ?? 0) / 3)
      var chosen = x
      for _ in 0..<5 {
        let scale = exp2(Double(exponent))
        chosen = x.map { value in
          abs((value / scale).rounded(.toNearestOrEven)) >= 0.5 ? (value < 0 ? -1 : 1) : 0
        }
        exponent = fitted(x, chosen)
      }
      exponents.append(exponent)
      for (row, level) in chosen.enumerated() { levels[row * columns.count + place] = level }
    }
    return (levels, exponents)
  }

  /// The power of two nearest to the least-squares scale `Σxq / Σq²`, in the exponent.
  private static func fitted(_ x: [Double], _ levels: [Double]) -> Int {
    let count = Double(max(x.count, 1))
    let product = zip(x, levels).reduce(0) { $0 + $1.0 * $1.1 } / count
    let square = levels.reduce(0) { $0 + $1 * $1 } / count
    return exponent(product / (square + 1e-7))
  }

  private static func exponent(_ scale: Double) -> Int {
    Int(log2(max(scale + 1e-7, 1e-30)).rounded(.toNearestOrEven))
  }

  private static func columns(_ tensor: Tensor) -> [[Double]] {
    let x = tensor.elements.doubles
    let count = max(tensor.shape.last ?? 1, 1)
    return (0..<count).map { column in stride(from: column, to: x.count, by: count).map { x[$0] } }
  }
}
