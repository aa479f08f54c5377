import WinnowFixedPoint
import WinnowNetworkIR

/// A dataflow in hardware's terms: streams of tokens, formers, kernels and the buffers between them.
struct DataflowGraph: Sendable {
  /// From a stream to one of its readers: a buffer, then a former.
  struct Edge: Sendable {
    var name: String
    var stream: Int
    /// The stream's slots that the reader needs; they alone are buffered.
    var slots: [Int]
    var former: WindowFormer
    /// The layer that reads; `nil` for an output of the design.
    var layer: Int?
    /// Tokens that the buffer holds; 0 for wires.
    var depth = 0
    /// Where a ready signal must end: at least one token.
    var leastDepth = 0
  }

  /// Where an element of a kernel's window comes from.
  struct Connection: Sendable {
    var edge: Int
    /// For each copy of the kernel the slot of the former's token.
    var slots: [Int]
  }

  struct Process: Sendable {
    var layer: StreamLayer
    var kernel: any StreamKernel
    /// Pixels of a token, each with a kernel of its own.
    var copies: Int
    var edges: [Int]
    /// For each element of the window; `nil` for the constant zero, which has no bits.
    var connections: [Connection?]
    var windowFormats: [FixedPointFormat]
    var tokens: Int
    /// Results of one pixel.
    var results: Int
  }

  struct Output: Sendable {
    var name: String
    var shape: [Int]
    var edge: Int
    /// The tokens of the output port; elements are the output's.
    var stream: TokenStream
  }

  /// Graph inputs, then the results of the layers.
  var streams: [TokenStream] = []
  var inputCount: Int
  var processes: [Process] = []
  var edges: [Edge] = []
  var outputs: [Output] = []

  init(
    _ partition: StreamPartition, name: String, options: DataflowOptions, kernels: any KernelMaker
  ) throws {
    inputCount = partition.sources.count
    var names = UniqueNames()
    for source in partition.sources { streams.append(try Self.input(source, options)) }
    let weights = partition.layers.map { layer in
      1 + layer.nodes.flatMap(\.inputs).reduce(0) { $0 + (partition.constants[$1]?.count ?? 0) }
    }
    for (index, layer) in partition.layers.enumerated() {
      try add(
        layer, constants: partition.constants, module: "\(name)_\(names.unique(layer.name))",
        share: Double(weights[index]) / Double(weights.reduce(0, +)), options, kernels)
    }
    for (name, view) in partition.outputs { try addOutput(name, view) }
    limitReadyChains(options.readyChain)
  }

  private static func input(
    _ source: StreamPartition.Source, _ options: DataflowOptions
  ) throws -> TokenStream {
    let count = source.pixels.count
    var copies = options.interval.map { (count + $0 - 1) / $0 } ?? 1
    if let wanted = options.pixels[source.name] { copies = wanted }
    copies = try checked(copies, count, source.name)
    let channels = source.pixels.map(\.count).max() ?? 0
    var tokens: [[Int]] = []
    var formats = Array(
      repeating: [FixedPointFormat](), count: copies * channels)
    for start in stride(from: 0, to: count, by: copies) {
      var token = Array(repeating: -1, count: copies * channels)
      for (copy, pixel) in source.pixels[start..<min(start + copies, count)].enumerated() {
        for (channel, element) in pixel.enumerated() {
          token[copy * channels + channel] = element
          if let type = source.types[element] { formats[copy * channels + channel].append(type.format) }
        }
      }
      tokens.append(token)
    }
    return TokenStream(
      name: source.name, tokens: tokens,
      formats: formats.map { all in
        guard let first = all.first else { return FixedPointFormat(covering: [], zero: true) }
        return all.allSatisfy { $0 == first } ? first : FixedPointFormat(covering: all, zero: false)
      })
  }

  private static func checked(_ copies: Int, _ count: Int, _ name: String) throws -> Int {
    guard copies >= 1 else {
      throw NetworkError("'\(name)' cannot have \(copies) pixels a token; 1 to \(count) are possible")
    }
    return min(copies, max(count, 1))
  }

  private mutating func add(
    _ layer: StreamLayer, constants: [String: Tensor], module: String, share: Double,
    _ options: DataflowOptions, _ kernels: any KernelMaker
  ) throws {
    let window = LayerWindow(layer, streams: streams)
    try window.checkStreams()
    let copies = try Self.checked(
      options.pixels[layer.name] ?? window.copies(interval: options.interval), layer.pixelCount,
      layer.name)
    let formats = window.formats
    let tokens = (layer.pixelCount + copies - 1) / copies
    let pixel: StreamLayer.PixelProgram
    let kernel: any StreamKernel
    do {
      pixel = try layer.pixelProgram(formats, constants: constants)
      kernel = try kernels.kernel(
        named: "\(module)_kernel", for: pixel.program,
        interval: window.kernelInterval(copies: copies, interval: options.interval), share: share)
    } catch let error as NetworkError {
      throw NetworkError("layer '\(layer.name)': \(error.message)")
    }
    var connections: [Connection?] = formats.map { _ in nil }
    var own: [Int] = []
    for stream in window.streamsRead {
      let elements = formats.indices.filter { window.streamOf[$0] == stream && formats[$0].width > 0 }
      var demand: [[Tap]] = []
      for token in 0..<tokens {
        demand.append(
          (0..<copies).flatMap { copy -> [Tap] in
            let pixel = token * copies + copy
            guard pixel < layer.pixelCount else { return elements.map { _ in .spare } }
            return elements.map { window.taps[pixel][$0] }
          })
      }
      own.append(edges.count)
      for (place, element) in elements.enumerated() {
        connections[element] = Connection(
          edge: edges.count, slots: (0..<copies).map { $0 * elements.count + place })
      }
      addEdge(
        "\(module)_window\(window.streamsRead.count > 1 ? "_\(own.count - 1)" : "")", stream, demand,
        (0..<copies).flatMap { _ in elements.map { formats[$0] } }, layer: processes.count)
    }
    let results = layer.exports.map { layer.pixels($0.shape) }
    streams.append(
      TokenStream(
        name: layer.name,
        tokens: (0..<tokens).map { token in
          (0..<copies).flatMap { copy -> [Int] in
            let pixel = token * copies + copy
            return zip(layer.exports, results).flatMap { export, pixels in
              pixel < pixels.count
                ? pixels[pixel].map { export.base + $0 } : pixels[0].map { _ in -1 }
            }
          }
        }, formats: (0..<copies).flatMap { _ in pixel.formats }))
    processes.append(
      Process(
        layer: layer, kernel: kernel, copies: copies, edges: own, connections: connections,
        windowFormats: formats, tokens: tokens, results: pixel.formats.count))
  }

  /// An edge that buffers only the slots that its former reads.
  private mutating func addEdge(
    _ name: String, _ stream: Int, _ demand: [[Tap]], _ formats: [FixedPointFormat], layer: Int?
  ) {
    let source = streams[stream]
    let places = source.places
    var used = Set<Int>()
    for taps in demand {
      for (slot, tap) in taps.enumerated() where formats[slot].width > 0 {
        if case .element(_, let element) = tap, let place = places[element] { used.insert(place.slot) }
      }
    }
    let slots = used.sorted()
    let packed = TokenStream(
      name: source.name, tokens: source.tokens.map { token in slots.map { token[$0] } },
      formats: slots.map { source.formats[$0] })
    edges.append(
      Edge(
        name: name, stream: stream, slots: slots,
        former: WindowFormer(
          named: name, from: packed,
          demand: demand.map { taps in
            zip(taps, formats).map { tap, format in
              // Constant zeros are in no token.
              if case .element = tap, format.width == 0 { return .zero }
              return tap
            }
          }, formats: formats),
        layer: layer))
  }

  private mutating func addOutput(_ name: String, _ view: StreamView) throws {
    guard case .element(let stream, _)? = view.taps.first else {
      throw NetworkError("output '\(name)' has no elements; there is nothing to send")
    }
    var inverse: [Int: Int] = [:]
    for (index, tap) in view.taps.enumerated() {
      if case .element(_, let element) = tap { inverse[element] = index }
    }
    let source = streams[stream]
    let slots = source.formats.indices.filter { slot in
      source.tokens.contains { inverse[$0[slot]] != nil }
    }
    let formats = slots.map { source.formats[$0] }
    let result = TokenStream(
      name: name, tokens: source.tokens.map { token in slots.map { inverse[token[$0]] ?? -1 } },
      formats: formats)
    let demand = source.tokens.map { token in
      slots.map { inverse[token[$0]] == nil ? Tap.spare : .element(stream: stream, token[$0]) }
    }
    outputs.append(Output(name: name, shape: view.shape, edge: edges.count, stream: result))
    addEdge("output \(name)", stream, demand, formats, layer: nil)
  }

  /// Puts a register where a ready signal has passed through enough layers.
  private mutating func limitReadyChains(_ limit: Int) {
    // Layers that a stream's ready signal has come through, last layers first.
    var chains = streams.map { _ in 0 }
    for stream in streams.indices.reversed() {
      var longest = 0
      for edge in edges.indices where edges[edge].stream == stream {
        guard let layer = edges[edge].layer else { continue }
        let chain = chains[inputCount + layer] + 1
        if chain >= max(limit, 1) { edges[edge].leastDepth = 1 } else { longest = max(longest, chain) }
      }
      chains[stream] = longest
    }
  }
}

/// Verilog names for layers, each once.
struct UniqueNames {
  private var used: Set<String> = []

  mutating func unique(_ wanted: String) -> String {
    let base = verilogIdentifier(wanted)
    var name = base
    var suffix = 1
    while !used.insert(name).inserted {
      suffix += 1
      name = "\(base)_\(suffix)"
    }
    return name
  }
}
