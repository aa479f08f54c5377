import WinnowFixedPoint
import WinnowNetworkIR

/// A network cut into the processes of a dataflow.
///
/// Convolutions, poolings and dense layers each begin one; what follows element by element belongs to
/// it. Whatever only moves elements (reshaping, padding, up-sampling, concatenation) makes no process:
/// it becomes part of the window that the next layer asks for.
struct StreamPartition {
  /// A graph input that is streamed, with the type that its `Quantize` gives each element.
  struct Source: Sendable {
    var name: String
    var shape: [Int]
    var types: [FixedPointType?]
    var pixels: [[Int]] = []
  }

  enum Location {
    /// A graph input not quantised yet.
    case raw(StreamView)
    case view(StreamView)
    case inside(layer: Int)
  }

  let network: Network
  let types: [String: TensorType]
  private(set) var constants: [String: Tensor]
  private(set) var sources: [Source] = []
  private(set) var layers: [StreamLayer] = []
  private(set) var outputs: [(name: String, view: StreamView)] = []
  private var locations: [String: Location] = [:]
  private let layout: DataLayout
  /// For a value the axis that its first reader takes as channels.
  private var wanted: [String: [[Int]]] = [:]

  /// - Parameter network: without symbols.
  /// - Throws: ``NetworkError`` naming a node that has no streaming form.
  init(_ network: Network) throws {
    self.network = network
    types = try network.verify()
    constants = network.constants
    layout =
      network.nodes.lazy.compactMap { node in
        (node.operation as? Convolution)?.layout ?? (node.operation as? Pool)?.layout
      }.first ?? .channelsFirst
    try foldConstants()
    wanted = try wantedPixels()
    for (index, input) in network.inputs.enumerated() {
      guard let shape = input.type.sizes else {
        throw NetworkError(
          "input '\(input.name)' has the shape \(input.type), whose symbols are unbound; bind them with --bind NAME=SIZE"
        )
      }
      let count = shape.reduce(1, *)
      sources.append(
        Source(
          name: input.name, shape: shape, types: Array(repeating: nil, count: count),
          pixels: wanted[input.name] ?? pixels(shape, channelAxis: channelAxis(shape))))
      locations[input.name] = .raw(
        StreamView(shape: shape, taps: (0..<count).map { .element(stream: index, $0) }))
    }
    for node in network.nodes where !node.outputs.allSatisfy({ constants[$0] != nil }) {
      do { try place(node) } catch let error as NetworkError {
        throw NetworkError("node '\(node.name)' (\(node.operation.name)): \(error.message)")
      }
    }
    for name in network.outputs {
      guard locations[name] != nil else {
        throw NetworkError("output '\(name)' is a constant; a stream carries none, leave it out")
      }
      outputs.append((name, try output(name)))
    }
  }

  /// An output is sent as its stream is. One that is only a part of a stream, or padded or joined, gets
  /// a layer of its own that copies it.
  private mutating func output(_ name: String) throws -> StreamView {
    let view = try view(name)
    var streams: Set<Int> = []
    var elements: Set<Int> = []
    for tap in view.taps {
      guard case .element(let stream, let element) = tap else { continue }
      streams.insert(stream)
      elements.insert(element)
    }
    if streams.count == 1, let stream = streams.first, elements.count == view.taps.count {
      let whole =
        stream < sources.count
        ? [sources[stream].types.count]
        : layers[stream - sources.count].exports.filter { export in
          elements.contains(export.base)
        }.map { $0.shape.reduce(1, *) }
      if whole == [elements.count] { return view }
    }
    let axis = channelAxis(view.shape)
    let pixels = WinnowFirmware.pixels(view.shape, channelAxis: axis)
    let copy = Node("\(name) sent", Reshape(pixelShape(view.shape, axis)), name)
    let layer = begin(
      copy, kind: "elements", channelAxis: axis, pixelCount: pixels.count, heavy: false)
    layers[layer].operands = [
      .init(
        name: name, shape: pixelShape(view.shape, axis),
        taps: pixels.map { $0.map { view.taps[$0] } })
    ]
    layers[layer].nodes = [copy]
    layers[layer].exports = [(copy.name, view.shape, 0)]
    return StreamView(
      shape: view.shape,
      taps: view.taps.indices.map { .element(stream: layers[layer].stream, $0) })
  }

  private mutating func foldConstants() throws {
    for node in network.nodes {
      let known = node.inputs.compactMap { constants[$0] }
      guard known.count == node.inputs.count else { continue }
      for (name, result) in zip(node.outputs, try node.operation.evaluate(known)) {
        constants[name] = result
      }
    }
  }

  // MARK: Shapes

  private func shape(_ name: String) -> [Int] { constants[name]?.shape ?? types[name]!.sizes! }

  /// The axis of channels that the network's layout gives a shape; `nil` for a vector.
  private func channelAxis(_ shape: [Int]) -> Int? {
    switch layout {
    case .channelsFirst: return shape.count >= 3 && shape[0] == 1 ? 1 : nil
    case .channelsLast: return shape.count >= 2 && shape[0] > 1 ? shape.count - 1 : nil
    }
  }

  /// The pixels of each value as its first reader with a window takes them, followed backwards through
  /// what keeps or moves elements.
  private func wantedPixels() throws -> [String: [[Int]]] {
    var wanted: [String: [[Int]]] = [:]
    for node in network.nodes.reversed() {
      guard let data = node.inputs.first(where: { constants[$0] == nil }) else { continue }
      let shape = shape(data)
      switch node.operation {
      case let convolution as Convolution:
        wanted[data] = pixels(
          shape, channelAxis: convolution.layout == .channelsFirst ? 1 : shape.count - 1)
      case let pool as Pool:
        wanted[data] = pixels(
          shape, channelAxis: pool.layout == .channelsFirst ? 1 : shape.count - 1)
      case is Reshape, is Transpose:
        guard let after = wanted[node.outputs[0]] else { continue }
        let places = try moved(node, [data: Array(1...shape.reduce(1, *))])
        wanted[data] = after.map { $0.map { places[$0] - 1 } }
      case let operation where isElementwise(operation):
        for input in node.inputs where constants[input] == nil {
          if let after = wanted[node.outputs[0]], self.shape(input) == self.shape(node.outputs[0]) {
            wanted[input] = after
          }
        }
      default: continue
      }
    }
    return wanted
  }

  /// The node applied to numbers that stand for elements; zero stands for padding.
  private func moved(_ node: Node, _ numbers: [String: [Int]]) throws -> [Int] {
    let inputs = node.inputs.map { name in
      numbers[name].map { Tensor(shape(name), .integer($0.map(Int64.init))) } ?? constants[name]!
    }
    guard let result = try node.operation.evaluate(inputs)[0].mantissas else { return [] }
    return result.values.map { Int($0) }
  }

  /// For each element of a shape the place of the element of another that broadcasts to it.
  private func broadcast(_ shape: [Int], to target: [Int]) throws -> [Int] {
    let numbers = Tensor(shape, .integer((0..<Int64(shape.reduce(1, *))).map(\.self)))
    let zeros = Tensor(target, .integer(Array(repeating: 0, count: target.reduce(1, *))))
    let result = try Arithmetic(.add).evaluate([numbers, zeros])[0]
    guard result.shape == target, let mantissas = result.mantissas else {
      throw NetworkError("shape \(shape) does not broadcast to \(target)")
    }
    return mantissas.values.map { Int($0) }
  }

  // MARK: Nodes

  private mutating func place(_ node: Node) throws {
    var data: [String] = []
    for name in node.inputs where constants[name] == nil && !data.contains(name) { data.append(name) }
    if movesElements(node, data) { return try move(node, data) }
    if data.contains(where: { if case .raw = locations[$0]! { true } else { false } }) {
      return try quantizeInput(node)
    }
    switch node.operation {
    case let convolution as Convolution:
      var local = node
      local.operation = Convolution(
        SlidingWindow(kernel: convolution.window.kernel), groups: convolution.groups,
        layout: convolution.layout, accumulation: convolution.accumulation)
      try window(local, convolution.window, convolution.layout, padding: .zero)
    case let pool as Pool:
      var local = node
      local.operation = Pool(
        pool.function, SlidingWindow(kernel: pool.window.kernel), layout: pool.layout)
      if pool.function == .average, pool.window.padding.contains(where: { $0 > 0 }),
        !pool.countsPadding
      {
        throw NetworkError(
          "averages over fewer pixels at the edges, which one kernel cannot; pad with a Pad node before it, or count the padding"
        )
      }
      try window(
        local, pool.window, pool.layout, padding: pool.function == .maximum ? .lowest : .zero)
    case is Dense: try dense(node, data[0])
    case let operation where isElementwise(operation): try elementwise(node, data)
    default: try whole(node, data)
    }
  }

  /// The view of a value; a result inside a layer is exported for it.
  private mutating func view(_ name: String) throws -> StreamView {
    switch locations[name]! {
    case .raw:
      throw NetworkError(
        "reads a graph input that is not quantised; put a Quantize node right after the input")
    case .view(let view): return view
    case .inside(let layer):
      let shape = shape(name)
      let known = layers[layer].exports.first { $0.name == name }
      let base =
        known?.base
        ?? layers[layer].exports.last.map { $0.base + $0.shape.reduce(1, *) } ?? 0
      if known == nil { layers[layer].exports.append((name, shape, base)) }
      return StreamView(
        shape: shape,
        taps: (0..<shape.reduce(1, *)).map {
          .element(stream: layers[layer].stream, base + $0)
        })
    }
  }

  private func movesElements(_ node: Node, _ data: [String]) -> Bool {
    switch node.operation {
    case is Reshape, is Transpose, is Slice, is Upsample, is Pad, is Dropout: data.count == 1
    case is Concatenate: node.inputs.allSatisfy { constants[$0] == nil }
    case is Gather: data == [node.inputs[0]]
    default: false
    }
  }

  private mutating func move(_ node: Node, _ data: [String]) throws {
    var numbers: [String: [Int]] = [:]
    var taps: [Tap] = [.zero]
    var isRaw = false
    for name in data {
      let view: StreamView
      if case .raw(let raw) = locations[name]! {
        (view, isRaw) = (raw, true)
      } else {
        view = try self.view(name)
      }
      numbers[name] = Array(taps.count..<taps.count + view.taps.count)
      taps += view.taps
    }
    let result = StreamView(
      shape: shape(node.outputs[0]), taps: try moved(node, numbers).map { taps[$0] })
    locations[node.outputs[0]] = isRaw ? .raw(result) : .view(result)
  }

  /// A graph input gets its formats, and is a stream from here on.
  private mutating func quantizeInput(_ node: Node) throws {
    guard let quantize = node.operation as? Quantize, case .raw(let view) = locations[node.inputs[0]]!
    else {
      throw NetworkError(
        "reads a graph input that is not quantised; put a Quantize node right after the input")
    }
    for (tap, type) in zip(view.taps, try broadcast(quantize.shape, to: view.shape)) {
      guard case .element(let stream, let element) = tap else { continue }
      let wanted = quantize.types[type]
      if let before = sources[stream].types[element], before != wanted {
        throw NetworkError(
          "quantises graph input '\(sources[stream].name)' to \(wanted), another node to \(before); put one Quantize right after the input"
        )
      }
      sources[stream].types[element] = wanted
    }
    locations[node.outputs[0]] = .view(view)
  }

  /// A new layer that begins with a node.
  private mutating func begin(
    _ node: Node, kind: String, channelAxis: Int?, pixelCount: Int, heavy: Bool
  ) -> Int {
    var layer = StreamLayer(
      name: node.name, kind: kind, channelAxis: channelAxis, pixelCount: pixelCount,
      stream: sources.count + layers.count)
    layer.isHeavy = heavy
    layers.append(layer)
    return layers.count - 1
  }

  private mutating func append(_ node: Node, to layer: Int) {
    layers[layer].nodes.append(node)
    for output in node.outputs { locations[output] = .inside(layer: layer) }
  }

  private mutating func window(
    _ node: Node, _ window: SlidingWindow, _ layout: DataLayout, padding: Tap
  ) throws {
    let view = try view(node.inputs[0])
    let rank = view.shape.count
    let axis = layout == .channelsFirst ? 1 : rank - 1
    let spatial = layout == .channelsFirst ? Array(view.shape[2...]) : Array(view.shape.dropLast())
    guard layout == .channelsLast || view.shape[0] == 1 else {
      throw NetworkError("has a batch of \(view.shape[0]); a stream carries one image at a time")
    }
    let input = pixels(view.shape, channelAxis: axis)
    let channels = view.shape[axis]
    let taps = try window.positions(spatial).map { positions -> [Tap] in
      func tap(_ position: Int?, _ channel: Int) -> Tap {
        position.map { view.taps[input[$0][channel]] } ?? padding
      }
      // Row-major in the window's shape.
      return layout == .channelsFirst
        ? (0..<channels).flatMap { channel in positions.map { tap($0, channel) } }
        : positions.flatMap { position in (0..<channels).map { tap(position, $0) } }
    }
    let shape = layout == .channelsFirst ? [1, channels] + window.kernel : window.kernel + [channels]
    let layer = begin(
      node, kind: node.operation is Pool ? "pooling" : "convolution", channelAxis: axis,
      pixelCount: taps.count, heavy: true)
    layers[layer].operands = [.init(name: node.inputs[0], shape: shape, taps: taps)]
    append(node, to: layer)
  }

  private mutating func dense(_ node: Node, _ data: String) throws {
    guard data == node.inputs[0] else { return try whole(node, [data]) }
    // A vector's dense layer joins the element by element work before it.
    if case .inside(let layer) = locations[data]!, layers[layer].channelAxis == nil,
      !layers[layer].isHeavy, shape(data).dropLast().allSatisfy({ $0 == 1 })
    {
      layers[layer].isHeavy = true
      layers[layer].kind = "dense"
      layers[layer].name = node.name
      return append(node, to: layer)
    }
    let view = try view(data)
    let width = view.shape[view.shape.count - 1]
    let rows = view.taps.count / max(width, 1)
    let layer = begin(
      node, kind: "dense", channelAxis: rows > 1 ? view.shape.count - 1 : nil, pixelCount: rows,
      heavy: true)
    layers[layer].operands = [
      .init(
        name: data, shape: view.shape.dropLast().map { _ in 1 } + [width],
        taps: (0..<rows).map { Array(view.taps[$0 * width..<($0 + 1) * width]) })
    ]
    append(node, to: layer)
  }

  private mutating func elementwise(_ node: Node, _ data: [String]) throws {
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
      let view = try view(name)
      let places = try broadcast(view.shape, to: shape)
      let local = pixelShape(view.shape, axis.map { $0 - shape.count + view.shape.count })
      // What is broadcast along the channels too stands once in the pixel.
      let own = try broadcast(local, to: pixelShape(shape, axis))
      let count = local.reduce(1, *)
      layers[layer].operands.append(
        .init(
          name: name, shape: local,
          taps: pixels.map { pixel in
            var taps = Array(repeating: Tap.zero, count: count)
            for (channel, element) in pixel.enumerated() { taps[own[channel]] = view.taps[places[element]] }
            return taps
          }))
    }
    append(node, to: layer)
  }

  /// The shape of one pixel.
  private func pixelShape(_ shape: [Int], _ axis: Int?) -> [Int] {
    guard let axis else { return shape }
    return shape.indices.map { $0 == axis ? shape[$0] : 1 }
  }

  /// Whether the node does the same with every pixel.
  private func isUniform(_ node: Node, channelAxis axis: Int?) throws -> Bool {
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

  /// An operator on vectors: the whole of it is one pixel.
  private mutating func whole(_ node: Node, _ data: [String]) throws {
    let isVector = (data + node.outputs).allSatisfy { channelAxis(shape($0)) == nil }
    let isSmallReduction = node.operation is Reduce
    guard isVector || isSmallReduction else {
      throw NetworkError(
        "has no streaming form on an image; flatten the image before it, or use --style parallel")
    }
    if case .inside(let layer) = locations[data[0]]!, data.count == 1,
      layers[layer].channelAxis == nil
    {
      return append(node, to: layer)
    }
    let layer = begin(
      node, kind: node.operation.name.lowercased(), channelAxis: nil, pixelCount: 1, heavy: true)
    for name in data {
      let view = try view(name)
      layers[layer].operands.append(.init(name: name, shape: view.shape, taps: [view.taps]))
    }
    append(node, to: layer)
  }
}

/// Operators that treat every element, or every channel, on its own.
private func isElementwise(_ operation: any Operator) -> Bool {
  switch operation {
  case is Relu, is LeakyRelu, is Quantize, is Clip, is RealFunction, is Elu, is Absolute,
    is Truncate, is OffsetShift, is SigmoidTable, is BipolarQuantize, is Comparison, is Where,
    is Arithmetic, is BatchNormalization:
    true
  default: false
  }
}
