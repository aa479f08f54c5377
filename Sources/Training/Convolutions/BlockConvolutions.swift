/// A chain of convolutions on blocks of events, the whole chain on one block after the other.
///
/// Every stage's output is kept for the backward pass, which goes block by block through all stages
/// with gradients of one block only.
final class BlockConvolutions<Kernels: BlockKernels>: Pullback {
  typealias Scalar = Kernels.Scalar
  private let kernels: Kernels
  private let stages: [ConvolutionStage]
  private let tables: [TapTables]
  private let factors: [Buffer<Scalar>]
  private let inputs: [Operand<Scalar>]
  private let output: Operand<Scalar>
  /// Events of a block; the last block may be partly empty.
  private let events: Int
  private let rows: Int
  /// Per block and value: the chain's input, then each stage's output.
  private let values: [[Buffer<Scalar>]]
  /// One block's gradients of the same.
  private let gradients: [Buffer<Scalar>]

  init(
    _ kernels: Kernels, _ stages: [ConvolutionStage], _ tables: [TapTables], events: Int,
    _ site: Site<Scalar>
  ) {
    self.kernels = kernels
    self.stages = stages
    self.tables = tables
    self.events = events
    inputs = site.inputs
    output = site.outputs[0]
    rows = output.shape[0]
    factors = tables.map { table in
      let buffer = site.allocate(table.factors.count)
      buffer.copy(from: table.factors.map { Scalar($0) })
      return buffer
    }
    let counts = [stages[0].inputCount] + stages.map(\.outputCount)
    values = (0..<(rows + events - 1) / events).map { _ in
      counts.map { site.allocate($0 * events) }
    }
    let isTrained = output.gradient != nil
    gradients = counts.map { site.allocate(isTrained ? $0 * events : 0) }
  }

  private func rows(of block: Int) -> Range<Int> {
    block * events..<min((block + 1) * events, rows)
  }

  func forward(phase: Int) {
    for (block, values) in values.enumerated() {
      let rows = rows(of: block)
      let features = stages[0].inputCount
      kernels.fromRows(
        inputs[0].values.part(rows.lowerBound * features..<rows.upperBound * features),
        count: rows.count, features: features, events: events, values[0])
      for place in stages.indices { forward(place, values[place], values[place + 1]) }
      let results = stages[stages.count - 1].outputCount
      kernels.toRows(
        values[stages.count], features: results, events: events,
        output.values.part(rows.lowerBound * results..<rows.upperBound * results),
        count: rows.count, accumulates: false)
    }
  }

  private func forward(_ place: Int, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>) {
    let (stage, table) = (stages[place], tables[place])
    switch stage.function {
    case .product(let product):
      kernels.product(
        ChannelProduct(product), table.window, events: events, x,
        weights: inputs[product.weights].values, bias: product.bias.map { inputs[$0].values },
        slope: product.slope, y)
    case .combination:
      kernels.combine(
        channels: stage.channels.input, table.window, factors[place], events: events, x, y)
    case .maximum:
      kernels.maximum(channels: stage.channels.input, table.window, events: events, x, y)
    }
  }

  func backward(phase: Int) {
    guard let dy = output.gradient else { return }
    for operand in inputs.dropFirst() where !operand.accumulates { operand.gradient?.fill(0) }
    for (block, values) in values.enumerated() {
      let rows = rows(of: block)
      let results = stages[stages.count - 1].outputCount
      kernels.fromRows(
        dy.part(rows.lowerBound * results..<rows.upperBound * results), count: rows.count,
        features: results, events: events, gradients[stages.count])
      for place in stages.indices.reversed() { backward(place, values[place], values[place + 1]) }
      guard let dx = inputs[0].gradient else { continue }
      let features = stages[0].inputCount
      kernels.toRows(
        gradients[0], features: features, events: events,
        dx.part(rows.lowerBound * features..<rows.upperBound * features), count: rows.count,
        accumulates: inputs[0].accumulates)
    }
  }

  private func backward(_ place: Int, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>) {
    let (stage, table) = (stages[place], tables[place])
    let (dx, dy) = (gradients[place], gradients[place + 1])
    // The first stage's input may be data.
    let wantsInput = place > 0 || inputs[0].gradient != nil
    switch stage.function {
    case .product(let product):
      if let slope = product.slope {
        kernels.pullRectifier(slope: slope, y, dy, count: stage.outputCount * events)
      }
      if let bias = product.bias, let gradient = inputs[bias].gradient {
        kernels.pullBias(
          channels: stage.channels.output, positions: stage.taps.outputs, events: events, dy, gradient)
      }
      let channels = ChannelProduct(product)
      if let gradient = inputs[product.weights].gradient, let places = table.places {
        kernels.pullWeights(channels, places, events: events, x, dy, gradient)
      }
      if wantsInput, let adjoint = table.adjoint {
        kernels.product(
          channels.transposed, adjoint, events: events, dy, weights: inputs[product.weights].values,
          bias: nil, slope: nil, dx)
      }
    case .combination:
      if wantsInput {
        kernels.pullCombination(
          channels: stage.channels.input, table.window, factors[place], events: events, dy, dx)
      }
    case .maximum:
      if wantsInput {
        kernels.pullMaximum(
          channels: stage.channels.input, table.window, events: events, x, y, dy, dx)
      }
    }
  }
}
