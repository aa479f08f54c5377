public import WinnowFixedPoint

/// hls4ml's input scaling: `cast((x − offset) >> shift)`, the shift inside the difference's type.
///
/// A negative shift goes left. Bits are lost at both ends, as `ap_fixed >> int` loses them.
public struct OffsetShift: Operator {
  public static let name = "OffsetShift"

  /// Mantissas of `offsetFormat`, as stored: a narrow type has already cut them.
  public var offsets: [Int]
  public var offsetFormat: FixedPointType
  public var shifts: [Int]
  public var difference: FixedPointType

  public init(
    offsets: [Int], offsetFormat: FixedPointType, shifts: [Int], difference: FixedPointType
  ) {
    self.offsets = offsets
    self.offsetFormat = offsetFormat
    self.shifts = shifts
    self.difference = difference
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    try offsetFormat.format.validate()
    try difference.format.validate()
    guard inputs[0].shape == [.fixed(offsets.count)], shifts.count == offsets.count else {
      throw NetworkError("has \(offsets.count) offsets and \(shifts.count) shifts for \(inputs[0])")
    }
    guard shifts.allSatisfy({ $0.magnitude <= 256 }) else {
      throw NetworkError("shifts by more than 256 bits")
    }
    guard case .fixed = inputs[0].arithmetic.element else {
      throw NetworkError("takes fixed point; quantise the input first")
    }
    return [TensorType(inputs[0].shape, .fixed(fraction: difference.fraction))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, fraction) = try inputs[0].exactMantissas()
    let common = max(fraction, offsetFormat.fraction)
    let result = try x.indices.map { index in
      let exact = try Exact.add(
        Exact.shiftLeft(x[index], common - fraction),
        -Exact.shiftLeft(Int128(offsets[index]), common - offsetFormat.fraction))
      return difference.shiftRight(
        difference.convert(exact, fraction: common), by: shifts[index])
    }
    return [Tensor(inputs[0].shape, .fixed(result, fraction: difference.fraction))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    var floor = difference
    floor.rounding = .truncate
    floor.overflow = .wrap
    var scalars: [Scalar] = []
    for (index, x) in inputs[0].scalars.enumerated() {
      let exact = try program.linear(
        [(x, 1)], coefficientFraction: 0,
        constant: (-Int128(offsets[index]), offsetFormat.fraction))
      let held = try program.convert(exact, to: difference)
      scalars.append(
        try program.convert(program.scale(held, byPowerOfTwo: -shifts[index]), to: floor))
    }
    return [ScalarTensor(inputs[0].shape, scalars)]
  }
}
