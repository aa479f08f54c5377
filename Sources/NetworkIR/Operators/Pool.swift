/// Maximum or average over sliding windows; padding takes no part in a maximum.
///
/// An average over a power of two of positions is exact fixed point, otherwise a real number for a
/// `Quantize` to tabulate. `countsPadding` divides by the whole kernel.
public struct Pool: Operator {
  public static let name = "Pool"

  public enum Function: String, Sendable, Hashable, Codable { case maximum, average }

  public var function: Function
  public var window: SlidingWindow
  public var layout: DataLayout
  public var countsPadding: Bool

  public init(
    _ function: Function, _ window: SlidingWindow, layout: DataLayout = .channelsFirst,
    countsPadding: Bool = false
  ) {
    self.function = function
    self.window = window
    self.layout = layout
    self.countsPadding = countsPadding
  }

  private func shapes(_ x: [Int]) throws -> (input: ImageShape, output: ImageShape) {
    let input = try ImageShape(x, layout)
    try window.validate(spatialRank: input.extents.count)
    var output = input
    output.extents = try window.outputs(input.extents)
    return (input, output)
  }

  /// The places under each output element's window, outputs in order.
  private func groups(_ x: [Int]) throws -> (shape: [Int], groups: [[Int]]) {
    let (input, output) = try shapes(x)
    let positions = try window.positions(input.extents)
    let groups = output.elements.map { batch, channel, position in
      positions[position].compactMap { place in
        place.map { input.offset(batch: batch, channel: channel, position: $0) }
      }
    }
    guard groups.allSatisfy({ !$0.isEmpty }) else {
      throw NetworkError("has a window that lies in the padding alone")
    }
    return (output.shape, groups)
  }

  private func divisor(_ group: [Int]) -> Int {
    countsPadding ? window.kernel.reduce(1, *) : group.count
  }

  /// The divisors that occur, found axis by axis: an image may be large and not there yet.
  private func divisors(_ input: ImageShape) throws -> Set<Int> {
    var divisors: Set<Int> = [1]
    for (axis, extent) in input.extents.enumerated() {
      let covered = try window.coverage(axis: axis, extent: extent)
      guard !covered.contains(0) else {
        throw NetworkError("has a window that lies in the padding alone")
      }
      let factors = countsPadding ? [window.kernel[axis]] : covered
      divisors = Set(
        try divisors.flatMap { divisor in
          try factors.map { factor in
            let (product, overflow) = divisor.multipliedReportingOverflow(by: factor)
            guard !overflow else { throw NetworkError("has a window of more than 2^63 elements") }
            return product
          }
        })
    }
    return divisors
  }

  /// Exact when every divisor is a power of two.
  private func element(_ element: ElementType, _ divisors: Set<Int>) -> ElementType {
    guard function == .average, case .fixed(let fraction) = element else { return element }
    guard divisors.allSatisfy({ $0.nonzeroBitCount == 1 }) else { return .float64 }
    return .fixed(fraction: fraction + (divisors.max() ?? 1).trailingZeroBitCount)
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    var type = inputs[0].arithmetic
    let batch = type.shape.first
    if layout == .channelsFirst, !type.shape.isEmpty, type.shape[0].size == nil { type.shape[0] = 1 }
    let (input, output) = try shapes(knownSizes(type))
    var result = output.shape.map(Dimension.fixed)
    if layout == .channelsFirst, let batch { result[0] = batch }
    return [TensorType(result, element(type.element, try divisors(input)))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let (shape, groups) = try groups(x.shape)
    let element = element(x.type.arithmetic.element, Set(groups.map(divisor)))
    if let (values, fraction) = x.mantissas {
      let results: [Int128] = try groups.map { group in
        function == .maximum
          ? group.map { values[$0] }.max()!
          : try group.reduce(0) { try Exact.add($0, values[$1]) }
      }
      guard case .fixed(let bits) = element else {
        let unit = Double(sign: .plus, exponent: -fraction, significand: 1)
        return [
          Tensor(
            shape,
            .float64(zip(results, groups).map { Double($0) * unit / Double(divisor($1)) }))
        ]
      }
      let aligned = try zip(results, groups).map { sum, group in
        function == .maximum
          ? sum : try Exact.shiftLeft(sum, bits - fraction - divisor(group).trailingZeroBitCount)
      }
      return [Tensor(shape, .fixed(aligned, fraction: bits))]
    }
    let values = x.elements.doubles
    let results = groups.map { group in
      function == .maximum
        ? group.map { values[$0] }.max()!
        : group.reduce(0) { $0 + values[$1] } / Double(divisor(group))
    }
    return [Tensor(shape, element == .float32 ? .float32(results.map(Float.init)) : .float64(results))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (shape, groups) = try groups(inputs[0].shape)
    let exact = groups.map(divisor).allSatisfy { $0.nonzeroBitCount == 1 }
    var scalars: [Scalar] = []
    for group in groups {
      let members = group.map { inputs[0].scalars[$0] }
      if function == .maximum {
        scalars.append(try balanced(members) { try program.maximum($0, $1) })
        continue
      }
      let sum = try program.linear(members.map { ($0, 1) }, coefficientFraction: 0)
      let divisor = divisor(group)
      scalars.append(
        exact
          ? try program.scale(sum, byPowerOfTwo: -divisor.trailingZeroBitCount)
          : try program.apply({ $0 / Double(divisor) }, to: sum))
    }
    return [ScalarTensor(shape, scalars)]
  }
}
