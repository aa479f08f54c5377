import WinnowNetworkIR

/// A step of a chain of convolutions at fixed shapes: what is computed and stored.
struct ConvolutionStage {
  enum Function {
    /// Sums of products over channels and taps; then a rectifier if `slope` is given.
    case product(Product)
    /// Each channel alone: sums of taps times factors, one per tap of all lists.
    case combination(factors: [Double])
    case maximum
  }

  struct Product {
    /// Channels per group.
    var groups, outputs, inputs: Int
    /// Steps in the weights.
    var groupStride, outputStride, inputStride: Int
    /// Places of the operands among the chain's inputs.
    var weights: Int
    var bias: Int?
    var slope: Double?
    /// The window, where the stage is a plain convolution of a stored image.
    var window: SlidingWindow?
  }

  var function: Function
  var channels: (input: Int, output: Int)
  var extents: (input: [Int], output: [Int])
  var taps: WindowTaps
  /// Of a maximum: its window over the stored image.
  var pool: SlidingWindow?

  /// Floats of one event.
  var inputCount: Int { channels.input * taps.inputs }
  var outputCount: Int { channels.output * taps.outputs }
}

/// The stages of a chain, from its links and the shapes of its inputs.
///
/// Padding and up-sampling become part of the window that reads them; a rectifier becomes part of
/// the convolution before it.
struct ConvolutionStages {
  private(set) var stages: [ConvolutionStage] = []
  private var map: PositionMap
  private var channels: Int
  /// Extents as stored, without the padding and repetition that the map adds.
  private var stored: [Int]

  /// - Parameters:
  ///   - links: the operators in order.
  ///   - input: `[batch, channel, positions…]`.
  ///   - weights: shapes of the other inputs: of each convolution its weights, then its bias.
  ///   - hasBias: of each convolution in order.
  init(_ links: [ConvolutionLink], input: [Int], weights: [[Int]], hasBias: [Bool]) {
    channels = input[1]
    stored = Array(input[2...])
    map = PositionMap(stored)
    var operand = 1
    var convolutions = 0
    for link in links {
      switch link {
      case .convolution(let operation):
        let bias = hasBias[convolutions]
        append(operation, weights: operand, shape: weights[operand - 1], bias: bias)
        operand += bias ? 2 : 1
        convolutions += 1
      case .transposed(let operation):
        let bias = hasBias[convolutions]
        append(operation, weights: operand, shape: weights[operand - 1], bias: bias)
        operand += bias ? 2 : 1
        convolutions += 1
      case .pool(let pool): append(pool)
      case .upsample(let upsample): map = map.repeated(Array(upsample.factors[2...]))
      case .pad(let pad):
        let rank = pad.padding.count / 2
        map = map.padded(
          before: Array(pad.padding[2..<rank]), after: Array(pad.padding[(rank + 2)...]))
      case .relu: rectify(0)
      case .leakyRelu(let leaky): rectify(leaky.slope)
      }
    }
    if !map.isStored || stages.isEmpty { writeOut() }
  }

  private mutating func append(
    _ operation: Convolution, weights: Int, shape: [Int], bias: Bool
  ) {
    let taps = WindowTaps(operation.window, over: map)
    let product = ConvolutionStage.Product(
      groups: operation.groups, outputs: shape[0] / operation.groups, inputs: shape[1],
      groupStride: shape[0] / operation.groups * shape[1] * taps.places,
      outputStride: shape[1] * taps.places, inputStride: taps.places, weights: weights,
      bias: bias ? weights + 1 : nil, slope: nil, window: map.isStored ? operation.window : nil)
    append(.product(product), channels: shape[0], taps)
  }

  private mutating func append(
    _ operation: ConvolutionTranspose, weights: Int, shape: [Int], bias: Bool
  ) {
    // The adjoint of the convolution that reads the larger image.
    let extents = operation.outputExtents(map.extents)
    let taps = WindowTaps(operation.windowOverOutput(map.extents), over: PositionMap(extents))
      .adjoint(extents: extents).through(map)
    let product = ConvolutionStage.Product(
      groups: operation.groups, outputs: shape[1], inputs: shape[0] / operation.groups,
      groupStride: shape[0] / operation.groups * shape[1] * taps.places,
      outputStride: taps.places, inputStride: shape[1] * taps.places, weights: weights,
      bias: bias ? weights + 1 : nil, slope: nil, window: nil)
    append(.product(product), channels: shape[1] * operation.groups, taps)
  }

  private mutating func append(_ pool: Pool) {
    switch pool.function {
    case .maximum:
      // A zero that a padding node wrote takes part in a maximum.
      if !map.isStored { writeOut() }
      append(.maximum, channels: channels, WindowTaps(pool.window, over: PositionMap(stored)))
      stages[stages.count - 1].pool = pool.window
    case .average:
      let taps = WindowTaps(pool.window, over: map)
      let factors = zip(taps.lists, taps.covered).flatMap { list, covered in
        Array(repeating: 1 / Double(pool.countsPadding ? taps.places : covered), count: list.count)
      }
      append(.combination(factors: factors), channels: channels, taps)
    }
  }

  private mutating func rectify(_ slope: Double) {
    guard map.isStored, var last = stages.last, case .product(var product) = last.function,
      product.slope == nil
    else { fatalError("a rectifier that is not behind a convolution was joined to a chain") }
    product.slope = slope
    last.function = .product(product)
    stages[stages.count - 1] = last
  }

  private mutating func writeOut() {
    let taps = WindowTaps(copying: map)
    append(
      .combination(factors: Array(repeating: 1, count: taps.lists.reduce(0) { $0 + $1.count })),
      channels: channels, taps)
  }

  private mutating func append(
    _ function: ConvolutionStage.Function, channels count: Int, _ taps: WindowTaps
  ) {
    stages.append(
      ConvolutionStage(
        function: function, channels: (channels, count), extents: (stored, taps.extents), taps: taps))
    channels = count
    stored = taps.extents
    map = PositionMap(stored)
    // An output without taps or bias is zero, and so is every product with it.
    if case .product(let product) = function, product.bias == nil {
      for (position, list) in taps.lists.enumerated() where list.isEmpty { map.sources[position] = -1 }
    }
  }
}

extension ConvolutionTranspose {
  /// Extents of the larger image, for shapes that `infer` accepted.
  func outputExtents(_ extents: [Int]) -> [Int] {
    extents.indices.map { axis in
      let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1
      let extra = outputPadding.isEmpty ? 0 : outputPadding[axis]
      return (extents[axis] - 1) * window.strides[axis] + span + extra - window.padding[axis]
        - window.padding[axis + extents.count]
    }
  }

  /// The window that slides over the larger image, once per position of the smaller.
  func windowOverOutput(_ extents: [Int]) -> SlidingWindow {
    var window = window
    // Padding behind, so that the number of positions is that of the smaller image.
    let larger = outputExtents(extents)
    for axis in extents.indices {
      let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1
      let needed = (extents[axis] - 1) * window.strides[axis] + span
      window.padding[axis + extents.count] = needed - larger[axis] - window.padding[axis]
    }
    return window
  }
}
