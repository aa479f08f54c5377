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
  var constants: [String: Tensor]
  var sources: [Source] = []
  var layers: [StreamLayer] = []
  var outputs: [(name: String, view: StreamView)] = []
  var locations: [String: Location] = [:]
  let layout: DataLayout
  /// For a value the axis that its first reader takes as channels.
  var wanted: [String: [[Int]]] = [:]

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
  mutating func output(_ name: String) throws -> StreamView {
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

  mutating func foldConstants() throws {
    for node in network.nodes {
      let known = node.inputs.compactMap { constants[$0] }
      guard known.count == node.inputs.count else { continue }
      for (name, result) in zip(node.outputs, try node.operation.evaluate(known)) {
        constants[name] = result
      }
    }
  }

  // MARK: Shapes

  func shape(_ name: String) -> [Int] { constants[name]?.shape ?? types[name]!.sizes! }

  /// The axis of channels that the network's layout gives a shape; `nil` for a vector.
  func channelAxis(_ shape: [Int]) -> Int? {
    switch layout {
    case .channelsFirst: return shape.count >= 3 && shape[0] == 1 ? 1 : nil
    case .channelsLast: return shape.count >= 2 && shape[0] > 1 ? shape.count - 1 : nil
    }
  }

  /// The pixels of each value as its first reader with a window takes them, followed backwards through
  /// what keeps or moves elements.
  func wantedPixels() throws -> [String: [[Int]]] {
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
  func moved(_ node: Node, _ numbers: [String: [Int]]) throws -> [Int] {
    let inputs = node.inputs.map { name in
      numbers[name].map { Tensor(shape(name), .integer($0.map(Int64.init))) } ?? constants[name]!
    }
    guard let result = try node.operation.evaluate(inputs)[0].mantissas else { return [] }
    return result.values.map { Int($0) }
  }

  /// For each element of a shape the place of the element of another that broadcasts to it.
  func broadcast(_ shape: [Int], to target: [Int]) throws -> [Int] {
    let numbers = Tensor(shape, .integer((0..<Int64(shape.reduce(1, *))).map(\.self)))
    let zeros = Tensor(target, .integer(Array(repeating: 0, count: target.reduce(1, *))))
    let result = try Arithmetic(.add).evaluate([numbers, zeros])[0]
    guard result.shape == target, let mantissas = result.mantissas else {
      throw NetworkError("shape \(shape) does not broadcast to \(target)")
    }
    return mantissas.values.map { Int($0) }
  }
}
