import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Evaluation against numbers worked by hand, and the stated type of every result.
@Suite struct OperatorEvaluationTests {
  /// Evaluates and checks that shape and element type are those that `infer` states.
  private func evaluate(_ operation: any Operator, _ inputs: Tensor...) throws -> Tensor {
    let types = try operation.infer(inputs.map(\.type))
    let results = try operation.evaluate(inputs)
    #expect(results.map(\.type) == types)
    return results[0]
  }

  private func fixed(_ shape: [Int], _ values: [Int128], _ fraction: Int = 0) -> Tensor {
    Tensor(shape, .fixed(values, fraction: fraction))
  }

  private func real(_ shape: [Int], _ values: [Double]) -> Tensor { Tensor(shape, .float64(values)) }

  @Test func arithmetic() throws {
    let a = fixed([2, 1], [3, -5], 1)
    let b = fixed([2], [1, 7], 2)
    #expect(try evaluate(Arithmetic(.add), a, b) == fixed([2, 2], [7, 13, -9, -3], 2))
    #expect(try evaluate(Arithmetic(.subtract), a, b) == fixed([2, 2], [5, -1, -11, -17], 2))
    #expect(try evaluate(Arithmetic(.multiply), a, b) == fixed([2, 2], [3, 21, -5, -35], 3))
    #expect(try evaluate(Arithmetic(.maximum), a, b) == fixed([2, 2], [6, 7, 1, 7], 2))
    #expect(try evaluate(Arithmetic(.minimum), a, b) == fixed([2, 2], [1, 6, -10, -10], 2))
    #expect(
      try evaluate(Arithmetic(.add), Tensor([1], .float32([0.1])), Tensor([1], .float32([0.2])))
        == Tensor([1], .float32([0.1 + 0.2])))
    #expect(try evaluate(Arithmetic(.multiply), a, real([1], [0.5])) == real([2, 1], [0.75, -1.25]))
    #expect(
      try evaluate(Arithmetic(.add), Tensor([1], .integer([3])), Tensor([1], .boolean([true])))
        == fixed([1], [4]))
  }

  @Test func comparison() throws {
    let a = fixed([3], [2, 4, 6], 1)
    let b = fixed([1], [2])
    for (relation, expected) in [
      (.less, [true, false, false]), (.lessOrEqual, [true, true, false]), (.greater, [false, false, true]),
      (.greaterOrEqual, [false, true, true]), (.equal, [false, true, false]),
    ] as [(Comparison.Relation, [Bool])] {
      #expect(try evaluate(Comparison(relation), a, b) == Tensor([3], .boolean(expected)))
      #expect(try evaluate(Comparison(relation), real([3], [1, 2, 3]), b) == Tensor([3], .boolean(expected)))
    }
  }

  @Test func activations() throws {
    let x = fixed([4], [-6, -1, 0, 5], 1)
    #expect(try evaluate(Relu(), x) == fixed([4], [0, 0, 0, 5], 1))
    #expect(try evaluate(LeakyRelu(mantissa: 1, fraction: 2), x) == fixed([4], [-6, -1, 0, 20], 3))
    #expect(try evaluate(LeakyRelu(mantissa: -3, fraction: 0), x) == fixed([4], [18, 3, 0, 5], 1))
    #expect(try evaluate(Clip(low: -0.75, high: 2), x) == fixed([4], [-3, -2, 0, 8], 2))
    #expect(try evaluate(BipolarQuantize(fraction: 1), x) == fixed([4], [-1, -1, 1, 1], 1))
    #expect(try evaluate(Relu(), Tensor([2], .float32([-1, 2]))) == Tensor([2], .float32([0, 2])))
    #expect(try evaluate(RealFunction(.sigmoid), fixed([1], [0], 3)) == real([1], [0.5]))
    #expect(try evaluate(RealFunction(.reciprocal), fixed([1], [8], 2)) == real([1], [0.5]))
    #expect(try LeakyRelu(nearest: 0.3).slope == 307.0 / 1024)
    #expect(try LeakyRelu(nearest: 0.25) == LeakyRelu(mantissa: 1, fraction: 2))
  }

  @Test func quantisation() throws {
    let types = try ["fixed<4,3,RND,SAT>", "ufixed<2,0>", "fixed<0,0>"].map { try FixedPointType(text: $0) }
    let result = try evaluate(
      Quantize(types: types, shape: [3]), real([2, 3], [1.25, 0.9, 5, -9, -0.25, 1]))
    // 1.25 → 1.5; 0.9 → 3/4; gone; −9 → −4; −1/4 wraps to 3/4; gone. All in quarters.
    #expect(result == fixed([2, 3], [6, 3, 0, -16, 3, 0], 2))
    #expect(
      try evaluate(Truncate(fraction: 1, bits: 2, rounding: .nearestToEven), fixed([4], [6, 10, -6, 9], 1))
        == fixed([4], [2, 2, -2, 2], 1))
  }

  @Test func dense() throws {
    let x = fixed([2, 2], [1, 2, -3, 4], 1)
    let w = fixed([2, 3], [1, 0, -1, 2, 5, 3], 1)
    let bias = fixed([3], [1, -1, 0], 3)
    #expect(try evaluate(Dense(), x, w) == fixed([2, 3], [5, 10, 5, 5, 20, 15], 2))
    #expect(try evaluate(Dense(), x, w, bias) == fixed([2, 3], [11, 19, 10, 11, 39, 30], 3))
    // Products cast to whole numbers downwards: ¼ → 0, 1 → 1; −¾ → −1, 2 → 2.
    let product = try FixedPointType(text: "fixed<8,8>")
    let accumulator = try FixedPointType(text: "fixed<8,6,TRN,SAT>")
    #expect(
      try evaluate(Dense(Accumulation(product: product, accumulator: accumulator)), x, w)
        == fixed([2, 3], [4, 8, 0, 4, 20, 12].map { $0 }, 2))
    #expect(
      try evaluate(Dense(), fixed([1, 0], []), fixed([0, 2], []), fixed([2], [3, 4]))
        == fixed([1, 2], [3, 4]))
    #expect(
      try evaluate(Dense(), Tensor([1], .float32([0.5])), Tensor([1, 1], .float32([3])))
        == Tensor([1], .float32([1.5])))
  }

  /// A convolution and its pools, entry by entry with plain loops.
  @Test(arguments: [1, 2]) func convolution(groups: Int) throws {
    var random = SeededGenerator(seed: 4)
    func values(_ count: Int) -> [Int128] { (0..<count).map { _ in Int128(random.int(-9...9)) } }
    let (x, w, b) = (values(2 * 5 * 4), values(4 * (2 / groups) * 3 * 2), values(4))
    let window = SlidingWindow(kernel: [3, 2], strides: [2, 1], padding: [1, 0, 2, 1], dilations: [1, 2])
    let result = try evaluate(
      Convolution(window, groups: groups), fixed([1, 2, 5, 4], x, 2), fixed([4, 2 / groups, 3, 2], w, 1),
      fixed([4], b, 3))
    var expected: [Int128] = []
    for filter in 0..<4 {
      for row in 0..<3 {
        for column in 0..<3 {
          var sum = b[filter]
          for channel in 0..<2 / groups {
            for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)] {
              let (r, c) = (row * 2 + i - 1, column + 2 * j)
              guard (0..<5).contains(r), (0..<4).contains(c) else { continue }
              let source = filter / (4 / groups) * (2 / groups) + channel
              sum += x[(source * 5 + r) * 4 + c] * w[((filter * (2 / groups) + channel) * 3 + i) * 2 + j]
            }
          }
          expected.append(sum)
        }
      }
    }
    #expect(result == fixed([1, 4, 3, 3], expected, 3))
  }

  @Test func pools() throws {
    let x = fixed([1, 1, 2, 3], [1, -2, 3, 4, 5, -6])
    let window = SlidingWindow(kernel: [2, 2], padding: [0, 0, 0, 1])
    #expect(try evaluate(Pool(.maximum, window), x) == fixed([1, 1, 1, 3], [5, 5, 3]))
    #expect(try evaluate(Pool(.average, window), x) == fixed([1, 1, 1, 3], [8, 0, -6], 2))
    #expect(
      try evaluate(Pool(.average, window, countsPadding: true), x) == fixed([1, 1, 1, 3], [8, 0, -3], 2))
    let three = Pool(.average, SlidingWindow(kernel: [1, 3]))
    #expect(try evaluate(three, x) == real([1, 1, 2, 1], [2.0 / 3, 1]))
    let average = try FixedPointType(text: "fixed<8,6>")
    // 7 + 1 + 0 = 8 → 2; −7 − 1 + 0 = −8 → −2: towards zero.
    #expect(
      try evaluate(
        TypedAveragePool(accumulator: try FixedPointType(text: "fixed<8,8>"), average: average),
        fixed([3, 2], [7, -7, 1, -1, 0, 0]))
        == fixed([2], [8, -8], 2))
  }

  @Test func reductions() throws {
    let x = fixed([2, 2], [1, -2, 3, 5], 1)
    #expect(try evaluate(Reduce(.sum, axes: [0], keepsAxes: false), x) == fixed([2], [4, 3], 1))
    #expect(try evaluate(Reduce(.mean, axes: [1], keepsAxes: true), x) == fixed([2, 1], [-1, 8], 2))
    #expect(try evaluate(Reduce(.maximum, axes: [], keepsAxes: false), x) == fixed([], [5], 1))
    #expect(try evaluate(Reduce(.minimum, axes: [-1], keepsAxes: false), x) == fixed([2], [-2, 3], 1))
    #expect(
      try evaluate(Reduce(.mean, axes: [0], keepsAxes: false), fixed([3], [1, 2, 4], 1))
        == real([], [3.5 / 3]))
    #expect(try evaluate(Dot(.exact), fixed([2], [3, 4], 1), fixed([2], [5, -6])) == fixed([1], [-9], 1))
    #expect(try evaluate(SumOfSquares(), x) == fixed([1], [39], 2))
    let whole = try FixedPointType(text: "fixed<4,4,TRN,SAT>")
    // Squares ¼, 1, 2¼, 6¼ → 0, 1, 2, 6; sums 0, 1, 3, 7 (the largest).
    #expect(try evaluate(SumOfSquares(square: whole, accumulator: whole), x) == fixed([1], [7]))
  }

  @Test func shapes() throws {
    let x = fixed([2, 3], [0, 1, 2, 3, 4, 5])
    #expect(try evaluate(Transpose([1, 0]), x) == fixed([3, 2], [0, 3, 1, 4, 2, 5]))
    #expect(try evaluate(Reshape([0, -1, 1]), x) == fixed([2, 3, 1], [0, 1, 2, 3, 4, 5]))
    #expect(
      try evaluate(Slice(starts: [-1], ends: [-9], axes: [1], steps: [-2]), x)
        == fixed([2, 2], [2, 0, 5, 3]))
    #expect(try evaluate(Slice(starts: [5], ends: [9], axes: [1]), x) == fixed([2, 0], []))
    #expect(try evaluate(Pad([1, 0, 0, 1]), x) == fixed([3, 4], [0, 0, 0, 0, 0, 1, 2, 0, 3, 4, 5, 0]))
    #expect(
      try evaluate(Concatenate(axis: -1), x, fixed([2, 1], [1, 3], 1))
        == fixed([2, 4], [0, 2, 4, 1, 6, 8, 10, 3], 1))
    #expect(
      try evaluate(Concatenate(axis: 0), Tensor([1], .boolean([true])), Tensor([1], .boolean([false])))
        == Tensor([2], .boolean([true, false])))
    #expect(
      try evaluate(Concatenate(axis: 0), Tensor([1], .integer([7])), real([1], [0.5])) == real([2], [7, 0.5]))
  }

  @Test func tables() throws {
    let type = try FixedPointType(text: "fixed<8,2>")
    let sigmoid = SigmoidTable(table: Array(0..<8), type: type)
    // x · 8 / 16 towards zero, plus 4, clamped.
    #expect(
      try evaluate(sigmoid, fixed([6], [-40, -3, -1, 3, 8, 40], 1)) == fixed([6], [0, 4, 4, 4, 6, 7], 6))
    let shift = OffsetShift(
      offsets: [2, 2], offsetFormat: try FixedPointType(text: "fixed<4,4>"), shifts: [1, -3],
      difference: try FixedPointType(text: "fixed<4,4>"))
    // −3 − 2 = −5 → −3; 5 − 2 = 3 → 24 → −8 in four bits.
    #expect(try evaluate(shift, fixed([2], [-3, 5])) == fixed([2], [-3, -8]))
    let input = try FixedPointType(text: "fixed<4,4>")
    let softmax = SoftmaxTable(
      expTable: [1, 2, 3, 4], expType: type, inverseTable: [10, 20, 30, 40], inverseType: type, input: input,
      sum: try FixedPointType(text: "ufixed<10,4>"))
    // The top two bits of −5, 0, 7 are 2, 0, 1: exp 3, 1, 2; the sum 6/64 has the top bits 0.
    #expect(try evaluate(softmax, fixed([3], [-5, 0, 7])) == fixed([3], [30, 10, 20], 12))
  }

  @Test func batchNormalization() throws {
    let x = real([1, 2, 2], [1, 2, 3, 4])
    let vectors = [[2.0, 1], [0, 1], [1, 3], [3, 0]].map { real([2], $0) }
    let result = try evaluate(
      BatchNormalization(epsilon: 1), x, vectors[0], vectors[1], vectors[2], vectors[3])
    #expect(result == real([1, 2, 2], [0, 1, 1, 2]))
  }
}
