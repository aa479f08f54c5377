import WinnowFirmware
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

/// A small random network of images: windows with padding, strides, dilations and groups, pooling,
/// branches, merges, vectors.
struct RandomStreamNetwork {
  private(set) var network: Network
  private(set) var options: DataflowOptions
  private var random: RandomStream
  private var value = "x"
  private var shape: [Int]
  private let rank: Int

  init(seed: UInt64) throws {
    random = RandomStream(seed: seed, label: "stream network")
    rank = random.integer(in: 0...3) == 0 ? 1 : 2
    shape = [1, random.integer(in: 1...3)] + (0..<rank).map { _ in 0 }
    for axis in 2..<2 + rank { shape[axis] = random.integer(in: rank == 1 ? 5...16 : 3...7) }
    network = Network(
      name: "stream_\(seed)",
      inputs: [.init("x", TensorType([.batch] + shape.dropFirst().map(Dimension.fixed), .float32))])
    options = DataflowOptions()
    quantize()
    for _ in 0..<random.integer(in: 1...4) { try step() }
    if random.integer(in: 0...1) == 0 { finish() }
    network.outputs = [value]
    if random.integer(in: 0...5) == 0, let inner = network.nodes.last(where: { $0.operation is Quantize }),
      inner.outputs[0] != value, inner.name != network.nodes[0].name
    {
      network.outputs.append(inner.outputs[0])
    }
    let pixels = shapeOfInput.dropFirst(2).reduce(1, *)
    let intervals: [Int?] = [nil, 2 * pixels, (pixels + 1) / 2, 3, 1]
    options = DataflowOptions(
      interval: intervals[random.integer(in: 0...4)], folds: random.integer(in: 0...2) == 0,
      readyChain: random.integer(in: 1...4))
  }

  private var shapeOfInput: [Int] { network.inputs[0].type.shape.map { $0.size ?? 1 } }

  private mutating func add(_ operation: any Operator, _ inputs: [String], shape: [Int]? = nil) {
    let name = "\(operation.name.lowercased())\(network.nodes.count)"
    network.nodes.append(Node(name, operation, inputs: inputs, outputs: [name]))
    value = name
    if let shape { self.shape = shape }
  }

  private mutating func constant(_ shape: [Int], bits: Int = 4) -> String {
    let name = "c\(network.constants.count)"
    let limit = 1 << (bits - 1)
    network.constants[name] = Tensor(
      shape,
      .fixed(
        (0..<shape.reduce(1, *)).map { _ in
          random.integer(in: 0...2) == 0 ? 0 : Int128(random.integer(in: -limit...limit - 1))
        }, fraction: 2))
    return name
  }

  private mutating func type() -> FixedPointType {
    let width = random.integer(in: 2...6)
    return FixedPointType(
      signed: random.integer(in: 0...2) > 0, width: width, integer: random.integer(in: 1...width),
      rounding: random.integer(in: 0...1) == 0 ? .nearest : .truncate,
      overflow: random.integer(in: 0...1) == 0 ? .saturate : .wrap)
  }

  private mutating func quantize() {
    if shape.count > 2, random.integer(in: 0...2) == 0 {
      add(
        Quantize(
          types: (0..<shape[1]).map { _ in type() }, shape: [shape[1]] + shape[2...].map { _ in 1 }),
        [value])
    } else {
      add(Quantize(type()), [value])
    }
  }

  private mutating func activate() {
    switch random.integer(in: 0...3) {
    case 0: add(Relu(), [value])
    case 1: add(LeakyRelu(mantissa: 1, fraction: 2), [value])
    default: break
    }
    quantize()
  }

  private mutating func convolve(_ filters: Int, same: Bool = false) {
    let spatial = Array(shape[2...])
    var window = SlidingWindow(kernel: spatial.map { min(random.integer(in: 1...3), $0) })
    for axis in 0..<rank {
      let kernel = window.kernel[axis]
      if same {
        window.padding[axis] = (kernel - 1) / 2
        window.padding[axis + rank] = kernel - 1 - (kernel - 1) / 2
      } else {
        window.padding[axis] = random.integer(in: 0...1)
        window.padding[axis + rank] = random.integer(in: 0...2)
        window.strides[axis] = random.integer(in: 1...2)
        if (kernel - 1) * 2 < spatial[axis] { window.dilations[axis] = random.integer(in: 1...2) }
      }
    }
    let groups = shape[1] % 2 == 0 && filters % 2 == 0 && random.integer(in: 0...2) == 0 ? 2 : 1
    var inputs = [value, constant([filters, shape[1] / groups] + window.kernel)]
    if random.integer(in: 0...1) == 0 { inputs.append(constant([filters])) }
    add(Convolution(window, groups: groups), inputs, shape: [1, filters] + outputs(window, spatial))
    activate()
  }

  private func outputs(_ window: SlidingWindow, _ extents: [Int]) -> [Int] {
    extents.indices.map { axis in
      let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1
      return (extents[axis] + window.padding[axis] + window.padding[axis + rank] - span)
        / window.strides[axis] + 1
    }
  }

  private mutating func step() throws {
    let spatial = Array(shape[2...])
    switch random.integer(in: 0...9) {
    case 0...2: convolve(random.integer(in: 1...4))
    case 3:
      let average = random.integer(in: 0...1) == 0
      var window = SlidingWindow(kernel: spatial.map { min(random.integer(in: 1...3), $0) })
      window.strides = window.kernel.map { random.integer(in: 1...$0) }
      if !average, window.kernel[0] > 1 { window.padding[0] = 1 }
      add(
        Pool(average ? .average : .maximum, window), [value],
        shape: [1, shape[1]] + outputs(window, spatial))
      quantize()
    case 4:
      let padding = (0..<rank).map { _ in random.integer(in: 0...1) }
      add(
        Pad([0, 0] + padding + [0, 0] + padding), [value],
        shape: [1, shape[1]] + zip(spatial, padding).map { $0 + 2 * $1 })
    case 5 where spatial.reduce(1, *) <= 24:
      let factors = (0..<rank).map { _ in random.integer(in: 1...2) }
      add(
        Upsample([1, 1] + factors), [value], shape: [1, shape[1]] + zip(spatial, factors).map { $0 * $1 })
    case 6:
      // A residual: the image and a convolution of it.
      let (before, channels) = (value, shape[1])
      convolve(channels, same: true)
      add(Arithmetic(random.integer(in: 0...1) == 0 ? .add : .maximum), [value, before])
      quantize()
    case 7:
      let (before, channels) = (value, shape[1])
      convolve(random.integer(in: 1...2), same: true)
      add(Concatenate(axis: 1), [before, value], shape: [1, channels + shape[1]] + spatial)
    case 8:
      // Scale and shift by what the whole image says.
      let (image, whole) = (value, shape)
      add(
        Reduce(random.integer(in: 0...1) == 0 ? .sum : .maximum, axes: Array(2..<2 + rank), keepsAxes: false),
        [value], shape: [1, shape[1]])
      quantize()
      add(Dense(), [value, constant([whole[1], whole[1]])])
      quantize()
      let factors = [1, whole[1]] + spatial.map { _ in 1 }
      add(Reshape(factors), [value])
      let scale = value
      add(Arithmetic(.multiply), [image, scale], shape: whole)
      if random.integer(in: 0...1) == 0 { add(Arithmetic(.add), [value, scale]) }
      quantize()
    default: activate()
    }
  }

  private mutating func finish() {
    let count = shape.reduce(1, *)
    add(Reshape([0, -1]), [value], shape: [1, count])
    if random.integer(in: 0...2) == 0 { quantize() }
    let units = random.integer(in: 1...4)
    add(Dense(), [value, constant([count, units])], shape: [1, units])
    activate()
  }
}
