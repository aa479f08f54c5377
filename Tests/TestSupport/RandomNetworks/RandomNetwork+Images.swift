import Winnow

/// Layers of images: windows with padding, strides, dilations and groups, pooling, branches, merges, a vector
/// at the end or none.
extension RandomNetworkWriter {
  /// - Returns: a network that the dataflow style may take; some of its refusals are drawn too.
  mutating func writeImages() -> Network {
    layout = chance(0.75) ? .channelsFirst : .channelsLast
    largest = 200
    let spatial = chance(0.25) ? [integer(5...16)] : [integer(3...7), integer(3...6)]
    let ports = chance(0.1) ? 2 : 1
    for port in 0..<ports { while !attempt({ try $0.imageInput(port, spatial) }) {} }
    if ports == 2 { _ = attempt { try $0.add(Arithmetic(.add), $0.pool[0], $0.pool[1]) } }
    let layers = integer(1...4)
    var written = 0
    for _ in 0..<20 where written < layers { if attempt({ try $0.imageLayer() }) { written += 1 } }
    if chance(0.5) { _ = attempt { try $0.scores() } }
    network.outputs = [last]
    if chance(0.15), let other = pool.dropFirst(ports).filter({ $0 != last }).randomElement(using: &random) {
      network.outputs.append(other)
    }
    removeUnread()
    return network
  }

  private var isVector: Bool { (try? image().spatial.isEmpty) ?? true }

  /// Channels and extents of the last value; no extents once it is a vector.
  private func image() throws -> (channels: Int, spatial: [Int]) {
    let shape = try shape(of: last)
    guard shape.count >= 2 else { return (shape.last ?? 1, []) }
    switch layout {
    case .channelsLast: return (shape.last ?? 1, shape.dropLast())
    default: return (shape[1], Array(shape[2...]))
    }
  }

  /// A shape of an image, or numbers for its axes.
  private func arranged(_ channels: Int, _ spatial: [Int], batch: Int = 1) -> [Int] {
    layout == .channelsLast ? spatial + [channels] : [batch, channels] + spatial
  }

  private mutating func imageInput(_ port: Int, _ spatial: [Int]) throws {
    let channels = port == 0 ? integer(1...3) : try image().channels
    let shape = arranged(channels, spatial)
    network.inputs.append(
      .init("x\(port)", TensorType(shape.map(Dimension.fixed), chance(0.5) ? .float32 : .float64)))
    last = "x\(port)"
    try quantize(widest: 7)
  }

  private mutating func imageLayer() throws {
    if isVector { return try activate() }
    switch integer(0...13) {
    case 0...3: try convolve(integer(1...4))
    case 4, 5: try poolImage()
    case 6:
      let padding = try arranged(0, image().spatial.map { _ in integer(0...1) }, batch: 0)
      try add(Pad(padding + padding))
    case 7:
      let spatial = try image().spatial
      guard spatial.reduce(1, *) <= 24 else { throw NetworkError("too large to repeat") }
      try add(Upsample(arranged(1, spatial.map { _ in integer(1...2) })))
    case 8:
      // A residual: the image and a convolution of it.
      let before = last
      try convolve(image().channels, same: true)
      try add(Arithmetic(pick([.add, .add, .subtract, .maximum, .multiply])), last, before)
      try quantize()
    case 9:
      let before = last
      try convolve(integer(1...2), same: true)
      try add(Concatenate(axis: layout == .channelsLast ? -1 : 1), before, last)
    case 10: try modulate()
    case 11: try arithmetic()
    case 12:
      let axis = layout == .channelsLast ? try image().spatial.count : 1
      let channels = try image().channels
      let start = integer(0...channels - 1)
      try add(Slice(starts: [start], ends: [integer(start + 1...channels)], axes: [axis]))
    default: try activate()
    }
  }

  /// What follows an image's sums element by element, and a format.
  private mutating func activate() throws {
    switch integer(0...9) {
    case 0...2: try add(Relu())
    case 3: try leakyRelu()
    case 4: try clip()
    case 5: return try realFunction()
    case 6: return try sigmoidTable()
    case 7: try add(Absolute())
    case 8: try truncate()
    default: break
    }
    try quantize()
  }

  private mutating func convolve(_ filters: Int, same: Bool = false) throws {
    let x = last
    let (channels, spatial) = try image()
    let rank = spatial.count
    var window = SlidingWindow(kernel: spatial.map { min(integer(1...3), $0) })
    for axis in 0..<rank {
      let kernel = window.kernel[axis]
      if same {
        window.padding[axis] = (kernel - 1) / 2
        window.padding[axis + rank] = kernel - 1 - (kernel - 1) / 2
      } else {
        window.padding[axis] = integer(0...1)
        window.padding[axis + rank] = integer(0...2)
        window.strides[axis] = integer(1...2)
        if (kernel - 1) * 2 < spatial[axis] { window.dilations[axis] = integer(1...2) }
      }
    }
    let groups = channels % 2 == 0 && filters % 2 == 0 && chance(0.3) ? 2 : 1
    let w = try weights([filters, channels / groups] + window.kernel)
    let operation = Convolution(
      window, groups: groups, layout: layout ?? .channelsFirst,
      accumulation: chance(0.7) ? .exact : accumulation())
    if chance(0.5) { try add(operation, x, w, constant([filters])) } else { try add(operation, x, w) }
    try activate()
  }

  private mutating func poolImage() throws {
    let spatial = try image().spatial
    let isAverage = chance(0.5)
    if isAverage, try extent(of: last).format.width > 6 { try quantize(widest: 5) }
    var window = SlidingWindow(kernel: spatial.map { min(integer(1...3), $0) })
    window.strides = window.kernel.map { integer(1...$0) }
    let countsPadding = chance(0.5)
    if window.kernel[0] > 1, !isAverage || countsPadding { window.padding[0] = integer(0...1) }
    try add(
      Pool(
        isAverage ? .average : .maximum, window, layout: layout ?? .channelsFirst,
        countsPadding: countsPadding))
    if chance(0.6) { try quantize() } else { try quantizeIfReal() }
  }

  /// Scales and shifts an image by what all of it says.
  private mutating func modulate() throws {
    let whole = last
    let (channels, spatial) = try image()
    let axes = layout == .channelsLast ? Array(spatial.indices) : spatial.indices.map { $0 + 2 }
    try add(Reduce(chance(0.5) ? .sum : .maximum, axes: axes, keepsAxes: false))
    try quantize(widest: 6)
    try add(Reshape([1, channels]))
    let vector = last
    try add(Dense(accumulation()), vector, weights([channels, channels]))
    try quantize(widest: 6)
    try add(Reshape(arranged(channels, spatial.map { _ in 1 })))
    let scale = last
    try add(Arithmetic(.multiply), whole, scale)
    if chance(0.5) { try add(Arithmetic(.add), last, scale) }
    try quantize()
  }

  /// The image as a vector, and a dense layer of it.
  private mutating func scores() throws {
    let count = try shape(of: last).reduce(1, *)
    try add(Reshape([1, count]))
    if chance(0.3) { try quantize() }
    let x = last
    let units = integer(1...4)
    let w = try weights([count, units])
    let operation = Dense(accumulation())
    if chance(0.5) { try add(operation, x, w, constant([units])) } else { try add(operation, x, w) }
    try activate()
  }
}
