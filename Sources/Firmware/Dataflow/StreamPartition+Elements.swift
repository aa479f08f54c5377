import WinnowFixedPoint
import WinnowNetworkIR

extension StreamPartition {
  mutating func elementwise(_ node: Node, _ data: [String]) throws {
    let shape = shape(node.outputs[0])
    var inside: Set<Int> = []
    var isInside = true
    for name in data {
      if case .inside(let layer) = locations[name]! { inside.insert(layer) } else { isInside = false }
    }
    // All of it is there: one more step of the same pixel.
    if isInside, inside.count == 1, let layer = inside.first,
      data.allSatisfy({ self.shape($0) == shape }),
      try isUniform(node, channelAxis: layers[layer].channelAxis)
    {
      return append(node, to: layer)
    }
    if !isInside || inside.count > 1, let layer = inside.max(),
      try merge(node, data, shape, into: layer)
    {
      return
    }
    var axis = channelAxis(shape)
    if let wanted = wanted[node.outputs[0]] {
      if wanted.count == 1 {
        axis = nil
      } else if let matching = shape.indices.first(where: {
        WinnowFirmware.pixels(shape, channelAxis: $0) == wanted
      }) {
        axis = matching
      }
    }
    guard try isUniform(node, channelAxis: axis) else {
      throw NetworkError(
        "differs from pixel to pixel; give its format and constants per channel, \(pixelShape(shape, axis))")
    }
    let pixels = WinnowFirmware.pixels(shape, channelAxis: axis)
    let layer = begin(
      node, kind: data.count > 1 ? "merge" : "elements", channelAxis: axis, pixelCount: pixels.count,
      heavy: false)
    for name in data {
      layers[layer].operands.append(try operand(name, view(name), shape, axis, pixels))
    }
    append(node, to: layer)
  }

  /// What each pixel of a result reads of a value that broadcasts to it.
  func operand(
    _ name: String, _ view: StreamView, _ shape: [Int], _ axis: Int?, _ pixels: [[Int]]
  ) throws -> StreamLayer.Operand {
    let places = try broadcast(view.shape, to: shape)
    let local = pixelShape(view.shape, axis.map { $0 - shape.count + view.shape.count })
    // What is broadcast along the channels too stands once in the pixel.
    let own = try broadcast(local, to: pixelShape(shape, axis))
    let count = local.reduce(1, *)
    return .init(
      name: name, shape: local,
      taps: pixels.map { pixel in
        var taps = Array(repeating: Tap.zero, count: count)
        for (channel, element) in pixel.enumerated() { taps[own[channel]] = view.taps[places[element]] }
        return taps
      })
  }

  /// Adds a step that also reads values from outside to a layer of such steps.
  ///
  /// - Returns: whether the layer can take it: what it reads must come from layers before it.
  mutating func merge(
    _ node: Node, _ data: [String], _ shape: [Int], into layer: Int
  ) throws -> Bool {
    let axis = layers[layer].channelAxis
    guard !layers[layer].isHeavy, try isUniform(node, channelAxis: axis) else { return false }
    var operands: [StreamLayer.Operand] = []
    let pixels = WinnowFirmware.pixels(shape, channelAxis: axis)
    for name in data where !layers[layer].operands.contains(where: { $0.name == name }) {
      if case .inside(layer) = locations[name]! {
        guard self.shape(name) == shape else { return false }
        continue
      }
      if case .inside(let other) = locations[name]!, other > layer { return false }
      let view = try view(name)
      let isLater = view.taps.contains { tap in
        if case .element(let stream, _) = tap { stream > layers[layer].stream } else { false }
      }
      if isLater { return false }
      operands.append(try operand(name, view, shape, axis, pixels))
    }
    layers[layer].operands += operands
    layers[layer].kind = "merge"
    append(node, to: layer)
    return true
  }

  /// The shape of one pixel.
  func pixelShape(_ shape: [Int], _ axis: Int?) -> [Int] {
    guard let axis else { return shape }
    return shape.indices.map { $0 == axis ? shape[$0] : 1 }
  }

  /// Whether the node does the same with every pixel.
  func isUniform(_ node: Node, channelAxis axis: Int?) throws -> Bool {
    guard let axis else { return true }
    let rank = shape(node.outputs[0]).count
    let inputs = node.inputs.map { name -> TensorType in
      if let constant = constants[name] { return constant.type }
      let shape = shape(name)
      return TensorType(
        pixelShape(shape, axis - rank + shape.count).map(Dimension.fixed), types[name]!.element)
    }
    let wanted = pixelShape(shape(node.outputs[0]), axis)
    return (try? node.operation.infer(inputs)[0].sizes) == wanted
  }
}

/// Operators that treat every element, or every channel, on its own.
func isElementwise(_ operation: any Operator) -> Bool {
  switch operation {
  case is Relu, is LeakyRelu, is Quantize, is Clip, is RealFunction, is Elu, is Absolute,
    is Truncate, is OffsetShift, is SigmoidTable, is BipolarQuantize, is Comparison, is Where,
    is Arithmetic, is BatchNormalization:
    true
  default: false
  }
}
