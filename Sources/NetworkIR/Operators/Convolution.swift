/// A convolution of any number of spatial axes, with groups, strides, dilations and zero padding.
///
/// Inputs: the image, weights `[filter, channel / groups, row, column]` and optionally a bias
/// `[filter]`. Each sum runs over rows, then columns, then channels, which matters only where
/// ``accumulation`` saturates or rounds.
public struct Convolution: Operator {
  public static let name = "Convolution"

  public var window: SlidingWindow
  public var groups: Int
  public var layout: DataLayout
  public var accumulation: Accumulation

  public init(
    _ window: SlidingWindow, groups: Int = 1, layout: DataLayout = .channelsFirst,
    accumulation: Accumulation = .exact
  ) {
    self.window = window
    self.groups = groups
    self.layout = layout
    self.accumulation = accumulation
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...3, inputs.count)
    try accumulation.validate()
    let (_, output) = try shapes(
      bindingBatch(inputs[0]), knownSizes(inputs[1]), bias: inputs.count == 3 ? inputs[2] : nil)
    var shape = output.shape.map(Dimension.fixed)
    if layout == .channelsFirst { shape[0] = inputs[0].shape[0] }
    return [TensorType(shape, try sumElement(inputs, accumulation))]
  }

  /// Images may have a symbolic batch.
  private func bindingBatch(_ type: TensorType) throws -> [Int] {
    var type = type
    if layout == .channelsFirst, !type.shape.isEmpty, type.shape[0].size == nil {
      type.shape[0] = 1
    }
    return try knownSizes(type)
  }

  private func shapes(
    _ x: [Int], _ w: [Int], bias: TensorType?
  ) throws -> (input: ImageShape, output: ImageShape) {
    let input = try ImageShape(x, layout)
    try window.validate(spatialRank: input.extents.count)
    guard w.count == input.extents.count + 2, Array(w[2...]) == window.kernel else {
      throw NetworkError("has weights of shape \(w) for a kernel \(window.kernel)")
    }
    guard groups >= 1, groups <= input.channels, w[1] * groups == input.channels, w[0] % groups == 0 else {
      throw NetworkError(
        "has weights of shape \(w) in \(groups) groups for \(input.channels) channels")
    }
    if let bias, bias.shape != [.fixed(w[0])] {
      throw NetworkError("has a bias \(bias) for \(w[0]) filters")
    }
    var output = input
    output.channels = w[0]
    output.extents = try window.outputs(input.extents)
    return (input, output)
  }

  /// The factors of every output element; padding leaves terms out.
  private func terms(_ input: ImageShape, _ output: ImageShape, _ w: [Int]) throws -> [SumTerms] {
    let positions = try window.positions(input.extents)
    let taps = window.kernel.reduce(1, *)
    let perGroup = output.channels / groups
    return output.elements.map { batch, filter, position in
      var term = SumTerms(x: [], w: [], bias: filter)
      let firstChannel = filter / perGroup * w[1]
      for tap in 0..<taps {
        guard let place = positions[position][tap] else { continue }
        for channel in 0..<w[1] {
          term.x.append(
            input.offset(batch: batch, channel: firstChannel + channel, position: place))
          term.w.append((filter * w[1] + channel) * taps + tap)
        }
      }
      return term
    }
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (input, output) = try shapes(
      inputs[0].shape, inputs[1].shape, bias: inputs.count == 3 ? inputs[2].type : nil)
    return [
      try sumProducts(
        inputs[0], inputs[1], inputs.count == 3 ? inputs[2] : nil, accumulation,
        shape: output.shape, terms: terms(input, output, inputs[1].shape))
    ]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (input, output) = try shapes(inputs[0].shape, inputs[1].shape, bias: nil)
    guard let (weights, fraction) = try inputs[1].constantMantissas() else { throw variableWeights() }
    var scalars: [Scalar] = []
    for term in try terms(input, output, inputs[1].shape) {
      scalars.append(
        try accumulation.lower(
          zip(term.x, term.w).map { (inputs[0].scalars[$0], weights[$1]) },
          weightFraction: fraction,
          bias: inputs.count == 3 ? inputs[2].scalars[term.bias] : nil, into: &program))
    }
    return [ScalarTensor(output.shape, scalars)]
  }

  public func multiplications(_ inputs: [TensorType]) -> Int {
    guard let x = try? bindingBatch(inputs[0]), let w = inputs[1].sizes,
      let output = try? shapes(x, w, bias: nil).output
    else { return 0 }
    return output.batch * output.positions * w.reduce(1, *)
  }
}
