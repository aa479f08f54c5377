import WinnowNetworkIR

/// Convolutions, pools, paddings and up-samplings in a row, each read by the next alone.
///
/// Inputs: the images, then of each convolution its weights and, where `hasBias` says so, its bias.
struct ConvolutionChain: Differentiable {
  static let name = "ConvolutionChain"

  var links: [ConvolutionLink]
  /// Of each convolution, in order.
  var hasBias: [Bool]

  var parameterInputs: [Int] { Array(1..<1 + hasBias.reduce(0) { $0 + ($1 ? 2 : 1) }) }

  func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try fold(inputs) { try $0.infer($1)[0] }
  }

  func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    try fold(inputs) { try $0.evaluate($1)[0] }
  }

  private func fold<Value>(
    _ inputs: [Value], _ apply: (any Operator, [Value]) throws -> Value
  ) rethrows -> [Value] {
    var value = inputs[0]
    var next = 1
    var convolutions = 0
    for link in links {
      var operands = [value]
      if link.isConvolution {
        let count = hasBias[convolutions] ? 2 : 1
        operands += inputs[next..<next + count]
        next += count
        convolutions += 1
      }
      value = try apply(link.operation, operands)
    }
    return [value]
  }

  func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    for case .convolution(let convolution) in links where convolution.accumulation != .exact {
      throw NetworkError(
        "has product or accumulator types, which rounds inside a sum; train it without them and compile the result"
      )
    }
    let shared = site.shared.object { SharedStages(stages(site), site.storage) }
    if let site = site as? Site<Float> {
      if let images = ImageStage.stages(of: shared.stages),
        Self.suitsImages(images, rows: site.inputs[0].rows)
      {
        return ImageConvolutions(images, site)
      }
      return BlockConvolutions(
        EventKernels(), shared.stages, shared.tables,
        events: Self.events(shared.stages, site.inputs[0].rows), site)
    }
    return BlockConvolutions(
      PlainKernels<Scalar>(), shared.stages, shared.tables, events: 4, site)
  }

  private func stages<Scalar>(_ site: Site<Scalar>) -> [ConvolutionStage] {
    ConvolutionStages(
      links, input: site.inputs[0].shape, weights: site.inputs.dropFirst().map(\.shape),
      hasBias: hasBias
    ).stages
  }

  /// Channels fill the lanes where an image is wide enough for a tile and has channels enough for a
  /// vector; tiny images are faster with events in lanes, unless the events are too few.
  static func suitsImages(_ stages: [ImageStage], rows: Int) -> Bool {
    rows < 8 || stages.allSatisfy { $0.convolved.columns >= 12 && $0.channels.output >= 8 }
  }

  /// Events of a block: as many as registers hold, unless a block's values leave the cache.
  static func events(_ stages: [ConvolutionStage], _ rows: Int) -> Int {
    let widest = stages.map { max($0.inputCount, $0.outputCount) }.max() ?? 1
    if rows > 32, widest * 64 * MemoryLayout<Float>.size <= 4 << 20 { return 64 }
    return rows > 16 && widest * 32 * MemoryLayout<Float>.size <= 4 << 20 ? 32 : 16
  }
}

/// What does not depend on the rows, which the shards of a node share.
private final class SharedStages {
  let stages: [ConvolutionStage]
  /// The taps as kernels read them, made when first asked for.
  private(set) lazy var tables = stages.map { TapTables($0, storage) }
  private let storage: Storage

  init(_ stages: [ConvolutionStage], _ storage: Storage) {
    self.stages = stages
    self.storage = storage
  }
}
