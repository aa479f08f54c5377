import Winnow

extension RandomNetworkWriter {
  /// A graph input and the `Quantize` that reads it.
  mutating func input(_ port: Int) throws {
    let count = port == 0 ? integer(2...12) : integer(1...4)
    var shape = [count]
    if chance(0.2) { shape = [1, count] }
    if chance(0.15), count % 2 == 0 { shape = [count / 2, 2] }
    let name = chance(0.1) ? pick(["in", "clock", "x.y", "valid"]) + "\(port)" : "x\(port)"
    network.inputs.append(
      .init(name, TensorType(shape.map(Dimension.fixed), chance(0.3) ? .float32 : .float64)))
    last = name
    try quantize()
  }

  /// One layer of a random kind.
  mutating func layer() throws {
    let kinds: [(Double, (inout Self) throws -> Void)] = [
      (4 * sums, { try $0.dense() }), (2 * sums, { try $0.convolution() }), (4, { try $0.quantize() }),
      (1.5, { try $0.add(Relu()) }), (1.2, { try $0.leakyRelu() }), (1.2, { try $0.clip() }),
      (2, { try $0.realFunction() }), (4, { try $0.arithmetic() }), (1, { try $0.comparison() }),
      (1.2, { try $0.reduce() }), (1.2, { try $0.pooling() }), (1, { try $0.concatenate() }),
      (0.8, { try $0.slice() }), (0.8, { try $0.transpose() }), (0.8, { try $0.pad() }),
      (0.5, { try $0.reshape() }), (0.8, { try $0.sumOfSquares() }), (0.8, { try $0.dot() }),
      (1, { try $0.sigmoidTable() }), (1, { try $0.typedAverage() }), (0.7, { try $0.softmax() }),
      (0.6, { try $0.offsetShift() }), (0.6, { try $0.truncate() }), (0.4, { try $0.bipolar() }),
      (0.6, { try $0.add(Absolute()) }),
    ]
    var place = random.uniform() * kinds.map(\.0).reduce(0, +)
    // Branches: now and then a layer reads an earlier value.
    if chance(0.2), !pool.isEmpty { last = pick(pool) }
    for (weight, kind) in kinds {
      place -= weight
      if place < 0 { return try kind(&self) }
    }
  }

  mutating func dense() throws {
    let x = last
    let inputs = try shape(of: x).last ?? 1
    let outputs = integer(1...10)
    let w = try weights([inputs, outputs])
    let operation = Dense(accumulation())
    if chance(0.7) { try add(operation, x, w, constant([outputs])) } else { try add(operation, x, w) }
  }

  /// Brings the last value into the shape of an image.
  private mutating func image(_ layout: DataLayout) throws -> (channels: Int, extents: [Int]) {
    let count = try shape(of: last).reduce(1, *)
    let channels = pick((1...4).filter { count % $0 == 0 })
    let positions = count / channels
    let rows = pick((1...positions).filter { positions % $0 == 0 })
    let extents = chance(0.5) ? [positions] : [rows, positions / rows]
    try add(Reshape(layout == .channelsFirst ? [1, channels] + extents : extents + [channels]))
    return (channels, extents)
  }

  private mutating func window(_ extents: [Int], padding: Bool) -> SlidingWindow {
    let kernel = extents.map { integer(1...min(3, $0)) }
    return SlidingWindow(
      kernel: kernel, strides: extents.map { _ in integer(1...2) },
      padding: padding && chance(0.4) ? (extents + extents).map { _ in integer(0...1) } : nil,
      dilations: zip(extents, kernel).map { $1 > 1 && ($1 - 1) * 2 < $0 && chance(0.3) ? 2 : 1 })
  }

  private mutating func convolution() throws {
    let layout: DataLayout = chance(0.5) ? .channelsFirst : .channelsLast
    let (channels, extents) = try image(layout)
    let x = last
    let groups = chance(0.7) ? 1 : pick((1...channels).filter { channels % $0 == 0 })
    let filters = groups * integer(1...max(1, 4 / groups))
    let window = window(extents, padding: true)
    let w = try weights([filters, channels / groups] + window.kernel)
    let operation = Convolution(window, groups: groups, layout: layout, accumulation: accumulation())
    if chance(0.6) { try add(operation, x, w, constant([filters])) } else { try add(operation, x, w) }
  }

  mutating func leakyRelu() throws {
    try add(LeakyRelu(mantissa: integer(-6...20), fraction: integer(0...4)))
  }

  mutating func clip() throws {
    let a = Double(integer(-40...40)) / Double(1 << integer(0...4))
    let b = Double(integer(-40...40)) / Double(1 << integer(0...4))
    try add(Clip(low: chance(0.8) ? min(a, b) : nil, high: chance(0.8) ? max(a, b) : nil))
  }

  mutating func realFunction() throws {
    if try extent(of: last).format.width > 8 { try quantize(widest: integer(2...8)) }
    let x = last
    if try extent(of: x).format.width > 9 { throw NetworkError("a table too large for a test") }
    if chance(0.2) {
      let factor = "constant \(network.constants.count)"
      network.constants[factor] = Tensor([], .float64([Double(integer(-20...20)) / 7]))
      try add(Arithmetic(pick([.multiply, .add, .maximum])), x, factor)
    }
    try add(RealFunction(pick([.tanh, .exp, .sigmoid])))
    if chance(0.3) {
      try add(
        pick([Relu() as any Operator, Clip(low: -0.3, high: 0.7), LeakyRelu(mantissa: 3, fraction: 3)]))
    }
    try quantize()
  }

  /// Another exact value of the same shape, or a constant that broadcasts.
  private mutating func partner() throws -> String {
    let shape = try shape(of: last)
    let alike = try pool.filter { try $0 != last && self.shape(of: $0) == shape }
    if !alike.isEmpty, chance(0.7) { return pick(alike) }
    return constant(pick([[]] + finerShapes(shape)), zeros: 0.1)
  }

  mutating func arithmetic() throws {
    let function = pick(Arithmetic.Function.allCases)
    if function == .multiply, try extent(of: last).format.width > 20 { try quantize() }
    let x = last
    let other = chance(0.1) ? x : try partner()
    if chance(0.5) {
      try add(Arithmetic(function), x, other)
    } else {
      try add(Arithmetic(function), other, x)
    }
  }

  mutating func comparison() throws {
    let x = last
    let other = try partner()
    try add(Comparison(pick(Comparison.Relation.allCases)), x, other)
    if chance(0.3) { pool.append(last) }
  }

  private mutating func reduce() throws {
    let rank = try shape(of: last).count
    let axes = rank == 0 || chance(0.4) ? [] : [integer(0...rank - 1)]
    let function = pick(Reduce.Function.allCases)
    if function == .mean, try extent(of: last).format.width > 5 { try quantize(widest: 4) }
    try add(Reduce(function, axes: axes, keepsAxes: chance(0.5)))
    try quantizeIfReal()
    if try shape(of: last).isEmpty { try add(Reshape([1])) }
  }

  mutating func quantizeIfReal() throws {
    if try network.verifyUpTo(last).element.isFloat { try quantize() }
  }

  private mutating func pooling() throws {
    let layout: DataLayout = chance(0.5) ? .channelsFirst : .channelsLast
    let average = chance(0.5)
    if average, try extent(of: last).format.width > 6 { try quantize(widest: 5) }
    let (_, extents) = try image(layout)
    try add(
      Pool(
        average ? .average : .maximum, window(extents, padding: true), layout: layout,
        countsPadding: chance(0.5)))
    try quantizeIfReal()
  }

  private mutating func concatenate() throws {
    let x = last
    let shape = try shape(of: x)
    let alike = try pool.filter { try self.shape(of: $0) == shape }
    guard !shape.isEmpty, !alike.isEmpty else { throw NetworkError("nothing to join") }
    let axis = integer(-shape.count...shape.count - 1)
    try add(Concatenate(axis: axis), x, chance(0.2) ? constant(shape) : pick(alike))
  }

  private mutating func slice() throws {
    let shape = try shape(of: last)
    guard !shape.isEmpty else { throw NetworkError("nothing to slice") }
    let axis = integer(0...shape.count - 1)
    let step = pick([1, 2, -1, -2])
    let start = integer(-shape[axis]...shape[axis])
    try add(Slice(starts: [start], ends: [step > 0 ? 100 : -100], axes: [axis], steps: [step]))
  }

  private mutating func transpose() throws {
    if try shape(of: last).count < 2 { _ = try image(.channelsLast) }
    var permutation = Array(try shape(of: last).indices)
    random.shuffle(&permutation)
    try add(Transpose(permutation))
  }

  private mutating func pad() throws {
    let rank = try shape(of: last).count
    try add(Pad((0..<2 * rank).map { _ in integer(0...1) }))
  }

  private mutating func reshape() throws {
    let count = try shape(of: last).reduce(1, *)
    let rows = pick((1...count).filter { count % $0 == 0 })
    try add(Reshape(pick([[-1], [rows, -1], [1, rows, count / rows]])))
  }

  private mutating func sumOfSquares() throws {
    let sum = accumulation()
    try add(SumOfSquares(square: chance(0.5) ? sum.product : nil, accumulator: sum.accumulator))
  }

  private mutating func dot() throws {
    let x = last
    let shape = try shape(of: x)
    let alike = try pool.filter { try self.shape(of: $0) == shape }
    try add(Dot(accumulation()), x, chance(0.3) || alike.isEmpty ? constant(shape) : pick(alike))
  }

  mutating func sigmoidTable() throws {
    let type = type()
    let size = chance(0.6) ? 1 << integer(2...6) : integer(3...50)
    let low = Int(type.format.minimum)
    let high = Int(type.format.maximum)
    try add(
      SigmoidTable(
        table: (0..<size).map { _ in integer(low...high) }, type: type,
        range: pick([16, 8, 4, 1, 3, 10])))
  }

  private mutating func typedAverage() throws {
    let count = try shape(of: last).reduce(1, *)
    let positions = pick((1...count).filter { count % $0 == 0 })
    try add(Reshape([positions, count / positions]))
    var accumulator = type()
    accumulator.format.width += 4
    accumulator.format.integer += 2
    try add(TypedAveragePool(accumulator: accumulator, average: chance(0.5) ? accumulator : type()))
  }

  private mutating func softmax() throws {
    try add(Reshape([-1]))
    let input = FixedPointType(
      signed: chance(0.8), width: integer(3...8), integer: integer(1...4),
      rounding: pick(RoundingMode.allCases), overflow: pick(OverflowMode.allCases))
    try add(Quantize(input))
    let bits = integer(1...min(5, input.width))
    let sum = FixedPointType(
      signed: false, width: bits + integer(0...4), integer: integer(1...5),
      rounding: pick(RoundingMode.allCases), overflow: pick(OverflowMode.allCases))
    let (exp, inverse) = (type(), type())
    try add(
      SoftmaxTable(
        expTable: (0..<1 << bits).map { _ in integer(Int(exp.format.minimum)...Int(exp.format.maximum)) },
        expType: exp,
        inverseTable: (0..<1 << bits).map { _ in
          integer(Int(inverse.format.minimum)...Int(inverse.format.maximum))
        }, inverseType: inverse, input: input, sum: sum))
  }

  private mutating func offsetShift() throws {
    try add(Reshape([-1]))
    let count = try shape(of: last)[0]
    try add(
      OffsetShift(
        offsets: (0..<count).map { _ in integer(-20...20) },
        offsetFormat: FixedPointType(signed: true, width: 8, integer: integer(3...8)),
        shifts: (0..<count).map { _ in integer(-3...4) }, difference: type()))
  }

  mutating func truncate() throws {
    try add(
      Truncate(fraction: integer(-1...6), bits: integer(0...4), rounding: pick(RoundingMode.allCases)))
  }

  mutating func bipolar() throws { try add(BipolarQuantize(fraction: integer(-2...4))) }
}
