public import WinnowFixedPoint

/// AXOL1TL's score: `Σ x²`, each square cast, then summed with a cast after every addition.
/// Output shape `[1]`.
public struct SumOfSquares: Operator {
  public static let name = "SumOfSquares"

  public var square: FixedPointType?
  public var accumulator: FixedPointType?

  public init(square: FixedPointType? = nil, accumulator: FixedPointType? = nil) {
    self.square = square
    self.accumulator = accumulator
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    for type in [square, accumulator].compactMap(\.self) { try type.format.validate() }
    guard case .fixed(let fraction) = inputs[0].arithmetic.element else {
      throw NetworkError("takes fixed point; quantise the input first")
    }
    guard inputs[0].shape.allSatisfy({ $0.size != 0 }) else { throw NetworkError("sums no squares") }
    let bits = accumulator?.fraction ?? square?.fraction ?? 2 * fraction
    return [TensorType([1], .fixed(fraction: bits))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, fraction) = try inputs[0].exactMantissas()
    let squares = try x.map { value in
      let exact = try Exact.multiply(value, value)
      return square?.convert(exact, fraction: 2 * fraction) ?? exact
    }
    let squareFraction = square?.fraction ?? 2 * fraction
    guard let accumulator else {
      let sum = try squares.reduce(0) { try Exact.add($0, $1) }
      return [Tensor([1], .fixed([sum], fraction: squareFraction))]
    }
    var total = accumulator.convert(squares[0], fraction: squareFraction)
    let common = max(squareFraction, accumulator.fraction)
    for square in squares.dropFirst() {
      let sum = try Exact.add(
        Exact.shiftLeft(total, common - accumulator.fraction),
        Exact.shiftLeft(square, common - squareFraction))
      total = accumulator.convert(sum, fraction: common)
    }
    return [Tensor([1], .fixed([total], fraction: accumulator.fraction))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    var squares: [Scalar] = []
    for x in inputs[0].scalars {
      let exact = try program.multiply(x, x)
      squares.append(try square.map { try program.convert(exact, to: $0) } ?? exact)
    }
    return [
      ScalarTensor(
        [1], [try Accumulation(accumulator: accumulator).lower(sumOf: squares, into: &program)])
    ]
  }

  public func multiplications(_ inputs: [TensorType]) -> Int {
    inputs[0].shape.reduce(1) { $0 * ($1.size ?? 1) }
  }
}
