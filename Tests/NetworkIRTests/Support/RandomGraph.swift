import WinnowFixedPoint
import WinnowNetworkIR

/// Composes small networks at random: every operator that has an exact form, in any order.
struct RandomGraph {
  private var random: SeededGenerator
  /// Small weights, steps near one: sums that lose their low zero bits, ties, bounds off the grid.
  private let isGentle: Bool
  private var graph = GraphWriter()
  /// Exact values with their shapes.
  private var values: [(name: String, shape: [Int])] = []
  /// Messages of nodes that Winnow refused to lower.
  private(set) var refusals: [String] = []

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    isGentle = seed & 1 == 1
  }

  /// A network of up to `nodes` nodes whose outputs are its last values.
  mutating func compose(nodes: Int) -> Network {
    for index in 0..<random.int(1...2) {
      let shape = random.pick([[3], [2, 2], [4], [1]])
      graph.input("x\(index)", shape)
      let name = graph.add(quantize(shape))
      values.append((name, shape))
    }
    for _ in 0..<nodes {
      let before = graph
      let known = values
      step()
      do { _ = try FixedPointProgram(graph.finished()) } catch {
        refusals.append("\(error)")
        graph = before
        values = known
      }
    }
    var network = graph.finished()
    network.outputs = Array(values.suffix(2).map(\.name))
    return network
  }

  private mutating func keep(_ name: String, _ shape: [Int]) { values.append((name, shape)) }

  /// Prefers late values, so that graphs grow deep.
  private mutating func source() -> (name: String, shape: [Int]) {
    random.chance(60) ? values[values.count - 1] : random.pick(values)
  }

  /// One type, or one for each element along the last axis or all.
  private mutating func quantize(_ shape: [Int]) -> Quantize {
    if random.chance(60) { return Quantize(random.type()) }
    let types = random.chance(50) ? shape : [shape[shape.count - 1]]
    return Quantize(types: (0..<types.reduce(1, *)).map { _ in random.type() }, shape: types)
  }

  private mutating func constant(_ shape: [Int]) -> String {
    if isGentle {
      return graph.constant(
        shape, (0..<shape.reduce(1, *)).map { _ in random.pick([-4, -2, -1, 0, 1, 2, 2, 3, 4, 8]) },
        fraction: random.pick([0, 0, 1, -1]))
    }
    let width = random.int(1...6)
    let format = FixedPointFormat(signed: true, width: width, integer: 0)
    let zeros = random.pick([0, 30])
    return graph.constant(
      shape,
      (0..<shape.reduce(1, *)).map { _ in random.chance(zeros) ? 0 : random.mantissa(of: format) },
      fraction: random.int(-2...5))
  }

  private mutating func accumulation() -> Accumulation {
    if random.chance(40) { return .exact }
    let accumulator = random.type(maximumWidth: 14)
    return Accumulation(
      product: random.chance(50) ? random.type(maximumWidth: 14) : nil, accumulator: accumulator)
  }

  private mutating func step() {
    let (name, shape) = source()
    let count = shape.reduce(1, *)
    if isGentle, random.chance(50) {
      affine(name, shape)
      return
    }
    switch random.int(0...26) {
    case 0, 1, 2, 3: keep(graph.add(quantize(shape), reading: [name]), shape)
    case 4: keep(graph.add(Relu(), reading: [name]), shape)
    case 5:
      let bounds = [random.int(-24...24), random.int(-24...24)].sorted().map { Double($0) / 8 }
      let clip = Clip(low: random.chance(70) ? bounds[0] : nil, high: random.chance(70) ? bounds[1] : nil)
      keep(graph.add(clip, reading: [name]), shape)
    case 6:
      let slope = LeakyRelu(mantissa: random.int(-5...9), fraction: random.int(0...3))
      keep(graph.add(slope, reading: [name]), shape)
    case 7, 8:
      let function = Arithmetic(random.pick(Arithmetic.Function.allCases))
      let other = constant(random.chance(50) ? shape : [1])
      let operands = random.chance(70) ? [name, other] : [other, name]
      keep(graph.add(function, reading: operands), shape)
    case 9, 10:
      let others = values.filter { $0.shape == shape }
      let function = Arithmetic(random.pick(Arithmetic.Function.allCases))
      keep(graph.add(function, reading: [name, random.pick(others).name]), shape)
    case 11, 12, 13:
      let outputs = random.int(1...3)
      let inputs = shape[shape.count - 1]
      var operands = [name, constant([inputs, outputs])]
      if random.chance(60) {
        operands.append(
          random.chance(20) && values.contains { $0.shape == [outputs] }
            ? values.last { $0.shape == [outputs] }!.name : constant([outputs]))
      }
      keep(
        graph.add(Dense(accumulation()), reading: operands), Array(shape.dropLast()) + [outputs])
    case 14:
      graph.add(
        RealFunction(random.pick([.tanh, .sigmoid, .exp])), reading: [name])
      if random.chance(40) { graph.add(Arithmetic(.multiply), graph.constant(Tensor([1], .float64([0.3])))) }
      keep(graph.add(quantize(shape)), shape)
    case 15:
      let others = values.filter { $0.shape == shape }
      let comparison = Comparison(random.pick(Comparison.Relation.allCases))
      keep(graph.add(comparison, reading: [name, random.pick(others).name]), shape)
    case 16:
      let truncate = Truncate(
        fraction: random.int(-2...5), bits: random.int(0...6), rounding: random.pick(RoundingMode.allCases))
      keep(graph.add(truncate, reading: [name]), shape)
    case 17: keep(graph.add(BipolarQuantize(fraction: random.int(-2...3)), reading: [name]), shape)
    case 18:
      let joined = random.pick(
        values.filter { $0.shape.count == shape.count && $0.shape.dropLast() == shape.dropLast() })
      let width = shape[shape.count - 1] + joined.shape[shape.count - 1]
      graph.add(Concatenate(axis: -1), reading: [name, joined.name])
      let start = random.int(0...width - 1)
      let end = random.int(start + 1...width)
      keep(
        graph.add(Slice(starts: [start], ends: [end], axes: [-1])),
        Array(shape.dropLast()) + [end - start])
    case 19:
      let reduce = Reduce(random.pick(Reduce.Function.allCases), axes: [-1], keepsAxes: true)
      let reduced = Array(shape.dropLast()) + [1]
      graph.add(reduce, reading: [name])
      keep(reduce.function == .mean ? graph.add(quantize(reduced)) : graph.last, reduced)
    case 20:
      graph.add(Reshape([-1]), reading: [name])
      let wide = random.type()
      let shift = OffsetShift(
        offsets: (0..<count).map { _ in random.int(-9...9) }, offsetFormat: random.type(),
        shifts: (0..<count).map { _ in random.int(-4...5) }, difference: wide)
      keep(graph.add(shift), [count])
    case 21:
      let size = random.pick([1, 5, 8, 16])
      let table = SigmoidTable(
        table: (0..<size).map { _ in random.int(-8...8) }, type: random.type(),
        range: random.pick([16, 8, 6]))
      keep(graph.add(table, reading: [name]), shape)
    case 22:
      let squares = SumOfSquares(
        square: random.chance(50) ? random.type() : nil, accumulator: random.chance(50) ? random.type() : nil)
      let others = values.filter { $0.shape == shape }
      keep(
        random.chance(50)
          ? graph.add(squares, reading: [name])
          : graph.add(Dot(accumulation()), reading: [name, random.pick(others).name]), [1])
    case 23, 24: selectOrGather(name, shape)
    case 25:
      let products = Array(shape.dropLast()) + [1, shape[shape.count - 1]]
      let row = graph.add(Reshape(products), reading: [name])
      let column = graph.add(Reshape(products.dropLast(2) + [shape[shape.count - 1], 1]), reading: [name])
      keep(graph.add(MatrixProduct(), reading: [row, column]), Array(products.dropLast(2)) + [1, 1])
    default:
      guard count % 2 == 0 else { return }
      graph.add(Reshape([2, count / 2]), reading: [name])
      let pool = TypedAveragePool(accumulator: random.type(), average: random.type())
      keep(graph.add(pool), [count / 2])
    }
  }

  /// Choices by a mask, places of the largest, and moves of rows by constant indices.
  private mutating func selectOrGather(_ name: String, _ shape: [Int]) {
    let rows = (0..<random.int(1...4)).map { _ in Int64(random.int(0...shape[0] - 1)) }
    let places = graph.constant(Tensor([rows.count], .integer(rows)))
    let picked = [rows.count] + shape.dropFirst()
    switch random.int(0...3) {
    case 0:
      let others = values.filter { $0.shape == shape }
      let mask = graph.add(Comparison(.less), reading: [name, random.pick(others).name])
      keep(graph.add(Where(), reading: [mask, name, random.pick(others).name]), shape)
    case 1:
      keep(
        graph.add(ArgMax(axis: -1, keepsAxis: true), reading: [name]), Array(shape.dropLast()) + [1])
    case 2: keep(graph.add(Gather(), reading: [name, places]), picked)
    default:
      let messages = graph.add(Gather(), reading: [name, places])
      let function = random.pick([Reduce.Function.sum, .maximum, .minimum])
      keep(
        graph.add(SegmentReduce(function, segments: shape[0]), reading: [messages, places]), shape)
    }
  }

  /// Chains of the operations whose instructions the builder joins.
  private mutating func affine(_ name: String, _ shape: [Int]) {
    switch random.int(0...4) {
    case 0: keep(graph.add(Relu(), reading: [name]), shape)
    case 1:
      let function = random.pick([Arithmetic.Function.add, .subtract, .multiply, .maximum, .minimum])
      keep(graph.add(Arithmetic(function), reading: [name, constant([1])]), shape)
    case 2:
      let inputs = shape[shape.count - 1]
      keep(
        graph.add(Dense(), reading: [name, constant([inputs, inputs]), constant([inputs])]), shape)
    case 3: keep(graph.add(Quantize(random.type()), reading: [name]), shape)
    default:
      let bounds = [random.int(-6...6), random.int(-6...6)].sorted().map { Double($0) / 2 }
      keep(graph.add(Clip(low: bounds[0], high: bounds[1]), reading: [name]), shape)
    }
  }
}
