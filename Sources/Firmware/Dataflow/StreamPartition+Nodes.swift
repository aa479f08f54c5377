import WinnowFixedPoint
import WinnowNetworkIR

extension StreamPartition {
  mutating func place(_ node: Node) throws {
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
  mutating func view(_ name: String) throws -> StreamView {
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

  func movesElements(_ node: Node, _ data: [String]) -> Bool {
    switch node.operation {
    case is Reshape, is Transpose, is Slice, is Upsample, is Pad, is Dropout: data.count == 1
    case is Concatenate: node.inputs.allSatisfy { constants[$0] == nil }
    case is Gather: data == [node.inputs[0]]
    default: false
    }
  }

  mutating func move(_ node: Node, _ data: [String]) throws {
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
  mutating func quantizeInput(_ node: Node) throws {
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
  mutating func begin(
    _ node: Node, kind: String, channelAxis: Int?, pixelCount: Int, heavy: Bool
  ) -> Int {
    var layer = StreamLayer(
      name: node.name, kind: kind, channelAxis: channelAxis, pixelCount: pixelCount,
      stream: sources.count + layers.count)
    layer.isHeavy = heavy
    layers.append(layer)
    return layers.count - 1
  }

  mutating func append(_ node: Node, to layer: Int) {
    layers[layer].nodes.append(node)
    for output in node.outputs { locations[output] = .inside(layer: layer) }
  }

  mutating func window(
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
    var taps = try window.positions(spatial).map { positions -> [Tap] in
      func tap(_ position: Int?, _ channel: Int) -> Tap {
        position.map { view.taps[input[$0][channel]] } ?? padding
      }
      // Row-major in the window's shape.
      return layout == .channelsFirst
        ? (0..<channels).flatMap { channel in positions.map { tap($0, channel) } }
        : positions.flatMap { position in (0..<channels).map { tap(position, $0) } }
    }
    if padding == .lowest {
      // What is padding under every window repeats another pixel: that changes no maximum.
      let kernel = window.kernel.reduce(1, *)
      func channel(_ place: Int) -> Int { layout == .channelsFirst ? place / kernel : place % channels }
      for place in taps[0].indices where taps.allSatisfy({ $0[place] == .lowest }) {
        for pixel in taps.indices {
          let other = taps[pixel].indices.first {
            channel($0) == channel(place) && taps[pixel][$0] != .lowest
          }
          if let other { taps[pixel][place] = taps[pixel][other] }
        }
      }
    }
    let shape = layout == .channelsFirst ? [1, channels] + window.kernel : window.kernel + [channels]
    let layer = begin(
      node, kind: node.operation is Pool ? "pooling" : "convolution", channelAxis: axis,
      pixelCount: taps.count, heavy: true)
    layers[layer].operands = [.init(name: node.inputs[0], shape: shape, taps: taps)]
    append(node, to: layer)
  }

  mutating func dense(_ node: Node, _ data: String) throws {
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
    // Two dense layers on one vector share its window, and their sums what is equal in them.
    if let layer = layers.firstIndex(where: {
      $0.channelAxis == nil && $0.kind == "dense" && $0.operands.map(\.name) == [data]
        && $0.operands[0].shape == shape(data)
    }) {
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

  /// An operator on vectors: the whole of it is one pixel.
  mutating func whole(_ node: Node, _ data: [String]) throws {
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
