public import WinnowFixedPoint

/// hls4ml's table activation: `index = toint(x · size / 16) + size / 2`, divisions towards zero,
/// clamped; then a look-up. With `range` 8 for 16 it is the tanh of hls4ml.
public struct SigmoidTable: Operator {
  public static let name = "SigmoidTable"

  /// Mantissas of `type`.
  public var table: [Int]
  public var type: FixedPointType
  /// Width of the interval that the table covers, centred on zero.
  public var range: Int

  public init(table: [Int], type: FixedPointType, range: Int = 16) {
    self.table = table
    self.type = type
    self.range = range
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    try type.format.validate()
    guard !table.isEmpty, table.count <= ProgramBuilder.maximumTableEntries, range >= 1 else {
      throw NetworkError("has a table of \(table.count) entries over a range of \(range)")
    }
    guard case .fixed(let fraction) = inputs[0].arithmetic.element, (0...64).contains(fraction)
    else {
      throw NetworkError("takes fixed point with 0 to 64 fraction bits; quantise the input first")
    }
    return [TensorType(inputs[0].shape, .fixed(fraction: type.fraction))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, fraction) = try inputs[0].exactMantissas()
    let size = Int128(table.count)
    let result = try x.map { value in
      let scaled = divideTowardZero(try Exact.multiply(value, size), by: Int128(range))
      let index = divideTowardZero(scaled, by: 1 << fraction) + size / 2
      return Int128(table[Int(min(max(index, 0), size - 1))])
    }
    return [Tensor(inputs[0].shape, .fixed(result, fraction: type.fraction))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let size = Int128(table.count)
    var scalars: [Scalar] = []
    for x in inputs[0].scalars {
      // x · size / range counts whole table steps: one division of the mantissa, towards zero.
      var scaled = try program.linear([(x, size)], coefficientFraction: 0)
      var divisor = Int128(range)
      // A power of two in the range meets a coarse step.
      scaled = try program.refined(scaled, to: -divisor.trailingZeroBitCount)
      let fraction = try program.range(scaled).fraction
      divisor = fraction >= 0 ? try Exact.shiftLeft(divisor, fraction) : divisor >> -fraction
      let whole = try program.scale(
        program.divide(scaled, by: divisor), byPowerOfTwo: fraction)
      // The index addresses the table by its mantissa.
      let index = try program.refined(
        program.add(whole, .constant(size / 2, fraction: 0)), to: 0)
      let clamped = try program.clamp(index, low: (0, 0), high: (size - 1, 0))
      switch clamped {
      case .value(let value):
        scalars.append(program.table(value, first: 0, table, fraction: type.fraction))
      default:
        let place = try program.range(clamped)
        scalars.append(.constant(Int128(table[Int(place.low)]), fraction: type.fraction))
      }
    }
    return [ScalarTensor(inputs[0].shape, scalars)]
  }
}
