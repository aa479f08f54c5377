import WinnowFixedPoint
import WinnowNetworkIR

extension StreamLayer {
  /// The computation of one pixel.
  struct PixelProgram {
    /// One input port, the window, and one output port: the results that are not always zero.
    var program: FixedPointProgram
    /// For each result of the pixel, exports in their order, its format; 0 bits when always zero.
    var formats: [FixedPointFormat]
  }

  /// - Parameter formats: of the window's elements, operands in their order.
  /// - Throws: ``NetworkError`` naming the node without exact form.
  func pixelProgram(
    _ formats: [FixedPointFormat], constants: [String: Tensor]
  ) throws -> PixelProgram {
    var network = Network(name: name)
    var taken = Set(nodes.flatMap { $0.inputs + $0.outputs + [$0.name] } + operands.map(\.name))
    func free(_ base: String) -> String {
      var name = base
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
    network.inputs = [.init(free("window"), TensorType([.fixed(formats.count)], .float32))]
    let window = free("elements")
    network.nodes = [
      Node(
        window, Quantize(types: formats.map { FixedPointType($0) }, shape: [formats.count]),
        network.inputs[0].name)
    ]
    var start = 0
    for operand in operands {
      let count = operand.shape.reduce(1, *)
      let part = free("\(operand.name) part")
      network.nodes.append(
        Node(part, Slice(starts: [start], ends: [start + count], axes: [0]), window))
      network.nodes.append(
        Node(free("\(operand.name) shaped"), Reshape(operand.shape), inputs: [part], outputs: [operand.name]))
      start += count
    }
    for node in nodes {
      for input in node.inputs { if let constant = constants[input] { network.constants[input] = constant } }
    }
    network.nodes += nodes
    network.outputs = exports.map(\.name)
    var program = try FixedPointProgram(network)
    var values: [Int] = []
    var kept: [FixedPointFormat] = []
    var all: [FixedPointFormat] = []
    for value in program.outputs.flatMap(\.values) {
      let interval = program.intervals[value]
      let format = interval.format
      all.append(format)
      if format.width > 0 {
        values.append(value)
        kept.append(format)
      }
    }
    if values.isEmpty, let value = program.outputs.first?.values.first {
      // A layer that is always zero still sends its tokens.
      values = [value]
      kept = [FixedPointFormat(signed: false, width: 1, integer: 1)]
      all[0] = kept[0]
    }
    guard var port = program.outputs.first else {
      throw NetworkError("layer '\(name)' computes nothing; leave it out")
    }
    port.name = "pixel"
    port.shape = [values.count]
    port.values = values
    port.formats = kept
    port.fraction = kept.map(\.fraction).max() ?? 0
    program.outputs = [port]
    program.traces = []
    return PixelProgram(program: program, formats: all)
  }
}
