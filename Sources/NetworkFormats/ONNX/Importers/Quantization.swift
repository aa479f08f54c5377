import WinnowFixedPoint
import WinnowNetworkIR

/// QONNX's quantisers; its package qonnx (1.0.0) is their definition.
extension GraphImport {
  /// `Quant`: `y = scale · round(clip(x / scale))`. Clipping to integers before rounding equals
  /// clipping after, so that this is one conversion to fixed point.
  mutating func quantize(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    let grid = try QuantizationGrid(
      scale: parameter(node, 1, "scale"), zeroPoint: parameter(node, 2, "zero point"),
      widths: parameter(node, 3, "bit width"), input: x.type)
    let isSigned = try node.flag("signed", default: true)
    let isNarrow = try node.flag("narrow")
    let rounding = try Self.rounding(node.string("rounding_mode") ?? "ROUND")
    if isSigned, grid.widths.contains(1) {
      // One signed bit is a sign in QONNX, whatever the rounding.
      guard grid.widths.allSatisfy({ $0 == 1 }) else {
        throw NetworkError("mixes signed formats of one bit, which are signs, with wider ones")
      }
      return try sign(node, x, Tensor(grid.shape, .float64(grid.scales)))
    }
    guard !isSigned || !grid.widths.contains(0) else {
      throw NetworkError("has a signed format of 0 bits; pruned weights are unsigned with 0 bits, or zeros")
    }
    let types = try grid.types(
      signed: isSigned, rounding: rounding,
      overflow: isSigned && isNarrow ? .saturateSymmetrically : .saturate)
    let quantize = Quantize(types: types, shape: grid.shape)
    guard isNarrow, !isSigned else { return try emit(node, quantize, [x]) }
    // Narrow and unsigned loses the largest number.
    guard Set(types).count == 1, types[0].width > 1 else {
      throw NetworkError(
        "is narrow and unsigned with one bit or several formats; narrow = 0, or one format of 2 bits or more, is possible"
      )
    }
    let whole = try emit(node, part: "whole", quantize, [x])
    let largest = Double(types[0].format.maximum - 1) * grid.scales[0]
    guard types[0].width <= 53 else {
      throw NetworkError("is narrow and unsigned with \(types[0].width) bits; up to 53 are possible")
    }
    try emit(node, Clip(high: largest), [whole])
  }

  /// `BipolarQuant`: `±scale`.
  mutating func bipolarQuantize(_ node: ImportedNode) throws {
    try sign(node, operand(node, 0), parameter(node, 1, "scale"))
  }

  private mutating func sign(_ node: ImportedNode, _ x: Operand, _ scale: Tensor) throws {
    let scales = scale.elements.doubles
    if Set(scales).count == 1, let part = dyadic(scales[0]), part.mantissa == 1 {
      return try emit(node, BipolarQuantize(fraction: part.fraction), [x])
    }
    guard let exact = scale.exactlyFixed, scale.count > 0 else {
      throw NetworkError("has a scale that is not finite or spans too many orders of magnitude")
    }
    let sign = try emit(node, part: "sign", BipolarQuantize(fraction: 0), [x])
    let scale = constant("\(node.output)/scale", exact)
    try emit(node, Arithmetic(.multiply), [sign, scale])
  }

  /// `Trunc`: version 1 keeps the step, version 2 gives the output's.
  mutating func truncate(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    let grid = try QuantizationGrid(
      scale: parameter(node, 1, "scale"), zeroPoint: parameter(node, 2, "zero point"),
      widths: parameter(node, 3, "input bit width"), input: x.type)
    let rounding = try Self.rounding(node.string("rounding_mode") ?? "FLOOR")
    let fraction = try grid.uniformFraction
    guard let before = grid.uniformWidth else {
      throw NetworkError("has several input bit widths; one for the tensor is possible")
    }
    if node.opset < 2 {
      let widths = try parameter(node, 4, "output bit width")
      guard widths.count == 1, let after = QuantizationGrid.width(widths.elements.doubles[0]),
        after <= before
      else {
        throw NetworkError("has an output bit width that is not one integer from 0 to \(before)")
      }
      return try emit(
        node, Truncate(fraction: fraction, bits: before - after, rounding: rounding), [x])
    }
    let output = try QuantizationGrid(
      scale: parameter(node, 4, "output scale"), zeroPoint: parameter(node, 2, "zero point"),
      widths: parameter(node, 5, "output bit width"), input: x.type)
    let isSigned = try node.flag("signed", default: true)
    guard !isSigned || !output.widths.contains(0), !output.widths.contains(1) || !isSigned else {
      throw NetworkError("truncates to fewer than 2 signed bits")
    }
    guard try isSigned || !node.flag("narrow") else {
      throw NetworkError("is narrow and unsigned; narrow = 0 is possible")
    }
    let types = try output.types(
      signed: isSigned, rounding: rounding,
      overflow: node.flag("narrow") ? .saturateSymmetrically : .saturate)
    // First to whole input steps. 64 bits hold every number that the second step does not clip.
    let whole = FixedPointType(
      signed: true, width: 64, integer: 64 - fraction, rounding: .nearestToEven, overflow: .saturate)
    guard types.allSatisfy({ $0.integer <= whole.integer - 1 }) else {
      throw NetworkError("has an output range that 64 bits of the input's step do not hold")
    }
    var steps = x
    let onGrid: Bool
    if case .fixed(let bits) = x.type.element { onGrid = bits <= fraction } else { onGrid = false }
    if !onGrid { steps = try emit(node, part: "whole", Quantize(whole), [x]) }
    try emit(node, Quantize(types: types, shape: output.shape), [steps])
  }

  /// The rounding mode of a QONNX name, in any spelling.
  private static func rounding(_ name: String) throws -> RoundingMode {
    switch name.uppercased() {
    case "ROUND", "HALF_EVEN": return .nearestToEven
    case "FLOOR": return .truncate
    case "DOWN", "ROUND_TO_ZERO": return .truncateToZero
    case "HALF_UP": return .nearestToInfinity
    case "HALF_DOWN": return .nearestToZero
    case "CEIL", "UP":
      throw NetworkError(
        "has the rounding mode \(name), which no fixed-point type has; ROUND, HALF_EVEN, FLOOR, DOWN, HALF_UP and HALF_DOWN are possible"
      )
    default: throw NetworkError("has the unknown rounding mode '\(name.prefix(40))'")
    }
  }
}

/// Scale and bit width of every element of a quantiser's parameters.
struct QuantizationGrid {
  private(set) var shape: [Int]
  private(set) var scales: [Double]
  private(set) var widths: [Int]

  /// - Throws: ``NetworkError`` unless zero points are 0, scales are positive, and widths whole.
  init(scale: Tensor, zeroPoint: Tensor, widths: Tensor, input: TensorType) throws {
    guard zeroPoint.elements.doubles.allSatisfy({ $0 == 0 }) else {
      throw NetworkError(
        "has a zero point other than 0; exact fixed point needs 0 and a power-of-two scale: quantise symmetrically"
      )
    }
    guard let shape = jointShape(scale.shape, widths.shape) else {
      throw NetworkError("has a scale of shape \(scale.shape) and bit widths of shape \(widths.shape)")
    }
    // Both may be small and their joint shape huge; no real file does that.
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard shape.count <= input.shape.count || count == 1,
      count == max(scale.count, widths.count) || (1...1 << 16).contains(count)
    else {
      throw NetworkError("has parameters of shape \(shape) for \(input)")
    }
    self.shape = shape
    scales = repeated(scale.elements.doubles, from: scale.shape, to: shape)
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }), !scales.isEmpty else {
      throw NetworkError("has a scale that is not a positive number")
    }
    self.widths = try repeated(widths.elements.doubles, from: widths.shape, to: shape).map {
      guard let width = Self.width($0) else {
        throw NetworkError("has the bit width \($0); a whole number from 0 to 64 is possible")
      }
      return width
    }
  }

  static func width(_ value: Double) -> Int? {
    guard let width = Int(exactly: value), (0...FixedPointFormat.maximumWidth).contains(width) else {
      return nil
    }
    return width
  }

  /// The fraction bits of a scale `2^−fraction`.
  private static func fraction(_ scale: Double) throws -> Int {
    guard let part = dyadic(scale), part.mantissa == 1 else {
      throw NetworkError(
        "has the scale \(scale); exact fixed point needs a power of two: retrain or round the scales (Brevitas: POWER_OF_TWO scaling)"
      )
    }
    return part.fraction
  }

  var uniformWidth: Int? { Set(widths).count == 1 ? widths[0] : nil }

  var uniformFraction: Int {
    get throws {
      guard Set(scales).count == 1 else {
        throw NetworkError("has several scales; one for the tensor is possible")
      }
      return try Self.fraction(scales[0])
    }
  }

  func types(
    signed: Bool, rounding: RoundingMode, overflow: OverflowMode
  ) throws -> [FixedPointType] {
    try zip(scales, widths).map { scale, width in
      let type = FixedPointType(
        signed: signed, width: width, integer: width - (try Self.fraction(scale)),
        rounding: rounding, overflow: overflow)
      try type.format.validate()
      return type
    }
  }
}

/// The shape that two shapes broadcast to; `nil` if they do not.
func jointShape(_ a: [Int], _ b: [Int]) -> [Int]? {
  let rank = max(a.count, b.count)
  var shape: [Int] = []
  for axis in 0..<rank {
    let x = axis < rank - a.count ? 1 : a[axis - (rank - a.count)]
    let y = axis < rank - b.count ? 1 : b[axis - (rank - b.count)]
    guard x == y || x == 1 || y == 1 else { return nil }
    shape.append(x == 1 ? y : x)
  }
  return shape
}

/// Elements broadcast to a shape that they fit.
func repeated<Value>(_ values: [Value], from source: [Int], to target: [Int]) -> [Value] {
  if source == target { return values }
  let shape = Array(repeating: 1, count: target.count - source.count) + source
  var offsets = [0]
  var stride = values.count
  for (extent, wanted) in zip(shape, target) {
    stride = extent == 0 ? 0 : stride / extent
    let step = extent == 1 ? 0 : stride
    offsets = offsets.flatMap { base in (0..<wanted).map { base + $0 * step } }
  }
  return offsets.map { values[$0] }
}
