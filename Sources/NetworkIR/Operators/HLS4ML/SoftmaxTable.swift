public import WinnowFixedPoint

/// hls4ml's latency softmax: the top bits of each value address a table of exp, the top bits of the
/// sum a table of 1/sum; result `exp · inverse`, exact.
public struct SoftmaxTable: Operator {
  public static let name = "SoftmaxTable"

  public var expTable: [Int]
  public var expType: FixedPointType
  public var inverseTable: [Int]
  public var inverseType: FixedPointType
  /// The type whose top bits address the exp table: the input's.
  public var input: FixedPointType
  /// The sum's type.
  public var sum: FixedPointType

  public init(
    expTable: [Int], expType: FixedPointType, inverseTable: [Int], inverseType: FixedPointType,
    input: FixedPointType, sum: FixedPointType
  ) {
    self.expTable = expTable
    self.expType = expType
    self.inverseTable = inverseTable
    self.inverseType = inverseType
    self.input = input
    self.sum = sum
  }

  private var addressBits: Int { expTable.count.trailingZeroBitCount }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    for type in [expType, inverseType, input, sum] { try type.format.validate() }
    guard expTable.count.nonzeroBitCount == 1, expTable.count == inverseTable.count,
      expTable.count <= ProgramBuilder.maximumTableEntries
    else {
      throw NetworkError(
        "has tables of \(expTable.count) and \(inverseTable.count) entries; they must be the same power of two"
      )
    }
    guard addressBits <= input.width, addressBits <= sum.width else {
      throw NetworkError("addresses \(expTable.count) entries with \(input.width) or \(sum.width) bits")
    }
    guard inputs[0].arithmetic.element == .fixed(fraction: input.fraction) else {
      throw NetworkError("takes \(input), not \(inputs[0])")
    }
    guard let sizes = inputs[0].sizes, sizes.reduce(1, *) > 0 else {
      throw NetworkError("takes a tensor of known size, not \(inputs[0])")
    }
    return [
      TensorType(inputs[0].shape, .fixed(fraction: expType.fraction + inverseType.fraction))
    ]
  }

  private func address(_ mantissa: Int128, _ type: FixedPointType) -> Int {
    Int(truncatingIfNeeded: mantissa >> (type.width - addressBits)) & (expTable.count - 1)
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = try inputs[0].exactMantissas().values
    let exponentials = x.map { Int128(expTable[address($0, input)]) }
    var total = sum.convert(exponentials[0], fraction: expType.fraction)
    for term in exponentials.dropFirst() {
      total = sum.convert(
        total + sum.convert(term, fraction: expType.fraction), fraction: sum.fraction)
    }
    let inverse = Int128(inverseTable[address(total, sum)])
    return [
      Tensor(
        inputs[0].shape,
        .fixed(
          try exponentials.map { try Exact.multiply($0, inverse) },
          fraction: expType.fraction + inverseType.fraction))
    ]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    var exponentials: [Scalar] = []
    for x in inputs[0].scalars {
      exponentials.append(
        try lookUp(x, input, expTable, fraction: expType.fraction, &program))
    }
    var total = try program.convert(exponentials[0], to: sum)
    for term in exponentials.dropFirst() {
      total = try program.convert(program.add(total, program.convert(term, to: sum)), to: sum)
    }
    let inverse = try lookUp(total, sum, inverseTable, fraction: inverseType.fraction, &program)
    return [
      ScalarTensor(
        inputs[0].shape, try exponentials.map { try program.multiply($0, inverse) })
    ]
  }

  /// A table addressed by the top bits of a value of a type.
  private func lookUp(
    _ x: Scalar, _ type: FixedPointType, _ table: [Int], fraction: Int,
    _ program: inout ProgramBuilder
  ) throws -> Scalar {
    var top = FixedPointType(
      signed: type.isSigned, width: addressBits, integer: type.integer, rounding: .truncate,
      overflow: .wrap)
    let high = try program.convert(x, to: top)
    top.format.isSigned = false
    // Read without a sign, the same bits are the address.
    let address = try program.scale(
      program.convert(high, to: top), byPowerOfTwo: top.fraction)
    guard case .value(let value) = address else {
      let place = try program.range(address)
      return .constant(Int128(table[Int(place.low << max(0, -place.fraction))]), fraction: fraction)
    }
    let range = program.interval(value)
    guard range.fraction == 0 else {
      // Addresses that are all multiples of a power of two.
      let step = 1 << -range.fraction
      return program.table(
        value, first: 0, stride(from: 0, to: table.count, by: step).map { table[$0] },
        fraction: fraction)
    }
    return program.table(value, first: 0, table, fraction: fraction)
  }
}
