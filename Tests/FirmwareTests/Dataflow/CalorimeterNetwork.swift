import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

/// The image network of DeepCalo: blocks of two convolutions and a maximum pooling, filters doubling
/// from block to block, then dense layers; optionally scaled and shifted by what scalars say (FiLM).
///
/// With 56 rows, 11 columns and 16 filters it is the published one; weights are seeded at random.
enum CalorimeterNetwork {
  static func network(
    name: String, rows: Int, columns: Int, upsampling: Int = 5, filters: Int, blocks: Int = 5,
    dense: Int = 256, scalars: Int = 0
  ) -> Network {
    var network = Network(
      name: name,
      inputs: [.init("image", TensorType([.batch, 4, .fixed(rows), .fixed(columns)], .float32))])
    let type = FixedPointType(
      signed: false, width: 8, integer: 2, rounding: .nearest, overflow: .saturate)
    let signed = FixedPointType(
      signed: true, width: 8, integer: 2, rounding: .nearest, overflow: .saturate)
    var value = "image"
    var shape = [4, rows, columns * upsampling]
    func add(_ name: String, _ operation: any Operator, _ inputs: [String]) {
      network.nodes.append(Node(name, operation, inputs: inputs, outputs: [name]))
      value = name
    }
    func weights(_ name: String, _ shape: [Int], fan: Int) -> String {
      var random = RandomStream(seed: 56, label: name)
      let type = FixedPointType(
        signed: true, width: 6, integer: 1, rounding: .nearest, overflow: .saturate)
      let scale = (2 / Double(fan)).squareRoot()
      network.constants[name] = Tensor(
        shape,
        .fixed(
          (0..<shape.reduce(1, *)).map { _ in type.convert(random.gaussian() * scale)! },
          fraction: type.fraction))
      return name
    }
    add("cells", Quantize(type), [value])
    add("upsampled", Upsample([1, 1, 1, upsampling]), [value])
    // Up-sampling keeps the energy: every copy has its share.
    network.constants["share"] = Tensor([1, 1, 1, 1], .fixed([51], fraction: 8))
    add("shared", Arithmetic(.multiply), [value, "share"])
    add("picture", Quantize(type), [value])
    var film: String?
    if scalars > 0 {
      network.inputs.append(.init("scalars", TensorType([.batch, .fixed(scalars)], .float32)))
      let picture = value
      add("scalars quantised", Quantize(signed), ["scalars"])
      let channels = (0..<blocks).map { filters << $0 }.reduce(0, +)
      add("film sums", Dense(), [value, weights("film weights", [scalars, 2 * channels], fan: scalars)])
      add("film", Quantize(signed), [value])
      film = value
      value = picture
    }
    var slice = 0
    func convolution(_ name: String, _ kernel: Int, _ count: Int, _ film: String?) {
      let half = kernel / 2
      add(
        name,
        Convolution(
          SlidingWindow(kernel: [kernel, kernel], padding: [half, half, half, half])),
        [
          value,
          weights("\(name) weights", [count, shape[0], kernel, kernel], fan: shape[0] * kernel * kernel),
        ])
      shape[0] = count
      add("\(name) relu", Relu(), [value])
      add("\(name) activation", Quantize(type), [value])
      guard let film else { return }
      // (1 + γ) · x + β, a factor and a shift a channel.
      let image = value
      for part in ["factor", "shift"] {
        add(
          "\(name) \(part)s", Slice(starts: [slice], ends: [slice + count], axes: [1]), [film])
        add("\(name) \(part)", Reshape([1, count, 1, 1]), [value])
        slice += count
      }
      add("\(name) scaling", Arithmetic(.multiply), [image, "\(name) factor"])
      add("\(name) scaled", Arithmetic(.add), [value, image])
      add("\(name) shifted", Arithmetic(.add), [value, "\(name) shift"])
      add("\(name) modulated", Quantize(type), [value])
    }
    for block in 0..<blocks {
      let count = filters << block
      if block > 0, min(shape[1], shape[2]) >= 6 {
        add(
          "pooling \(block + 1)", Pool(.maximum, SlidingWindow(kernel: [2, 2], strides: [2, 2])), [value])
        shape[1] /= 2
        shape[2] /= 2
      }
      convolution("convolution \(block + 1)a", block == 0 ? 5 : 3, count, film)
      if block > 0 { convolution("convolution \(block + 1)b", 3, count, nil) }
    }
    add("flat", Reshape([0, -1]), [value])
    var width = shape.reduce(1, *)
    for (index, units) in [dense, dense].enumerated() {
      add(
        "dense \(index + 1)", Dense(),
        [value, weights("dense \(index + 1) weights", [width, units], fan: width)])
      add("dense \(index + 1) relu", Relu(), [value])
      add("dense \(index + 1) activation", Quantize(type), [value])
      width = units
    }
    add("energy sum", Dense(), [value, weights("energy weights", [width, 1], fan: width)])
    add("energy relu", Relu(), [value])
    add(
      "energy",
      Quantize(
        FixedPointType(
          signed: false, width: 14, integer: 6, rounding: .nearest, overflow: .saturate)), [value])
    network.outputs = ["energy"]
    return network
  }
}
