/// The transpose of a convolution: every input element adds its multiple of the kernel to the output;
/// ONNX's `ConvTranspose`. Up-samples by its strides with learned weights.
///
/// `y[n, f, i·stride + tap·dilation − padding] = b[f] + Σ x[n, c, i] · w[c, f, tap]`, sums over
/// channels of the filter's group, input positions and kernel entries that meet there.
///
/// Inputs: the image `[batch, channel, row, …]`, weights `[channel, filter / groups, row, …]` and
/// optionally a bias `[filter]`. Output extent along an axis: `(extent − 1) · stride +
/// (kernel − 1) · dilation + 1 + outputPadding − padding`. Sums are exact on fixed point.
public struct ConvolutionTranspose: Operator {
  public static let name = "ConvolutionTranspose"

  public var window: SlidingWindow
  public var groups: Int
  /// Rows added at the end of each spatial axis, less than the stride or the dilation; empty for none.
  public var outputPadding: [Int]

  public init(_ window: SlidingWindow, groups: Int = 1, outputPadding: [Int] = []) {
    self.window = window
    self.groups = groups
    self.outputPadding = outputPadding
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...3, inputs.count)
    var x = inputs[0]
    if !x.shape.isEmpty, x.shape[0].size == nil { x.shape[0] = 1 }
    let (_, output) = try shapes(
      knownSizes(x), knownSizes(inputs[1]), bias: inputs.count == 3 ? inputs[2] : nil)
    var shape = output.shape.map(Dimension.fixed)
    shape[0] = inputs[0].shape[0]
    return [TensorType(shape, try sumElement(inputs, .exact))]
  }

  /// The extents of the output.
  ///
  /// - Throws: ``NetworkError`` when the window does not fit.
  public func outputs(_ extents: [Int]) throws -> [Int] {
    try window.validate(spatialRank: extents.count)
    let extra = outputPadding.isEmpty ? Array(repeating: 0, count: extents.count) : outputPadding
    guard extra.count == extents.count,
      extents.indices.allSatisfy({
        extra[$0] >= 0 && (extra[$0] == 0 || extra[$0] < max(window.strides[$0], window.dilations[$0]))
      })
    else {
      throw NetworkError(
        "has the output padding \(outputPadding); each must be less than the stride or the dilation")
    }
    return try extents.indices.map { axis in
      let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1
      let full = extents[axis] == 0 ? 0 : (extents[axis] - 1) * window.strides[axis] + span
      let padding = window.padding[axis] + window.padding[axis + extents.count]
      guard full + extra[axis] > padding else {
        throw NetworkError("removes a padding of \(padding) from \(full) rows; nothing is left")
      }
      return full + extra[axis] - padding
    }
  }

  private func shapes(
    _ x: [Int], _ w: [Int], bias: TensorType?
  ) throws -> (input: ImageShape, output: ImageShape) {
    let input = try ImageShape(x, .channelsFirst)
    var output = input
    output.extents = try outputs(input.extents)
    guard w.count == input.extents.count + 2, Array(w[2...]) == window.kernel else {
      throw NetworkError("has weights of shape \(w) for a kernel \(window.kernel)")
    }
    guard groups >= 1, groups <= input.channels, input.channels % groups == 0, w[0] == input.channels else {
      throw NetworkError(
        "has weights of shape \(w) in \(groups) groups for \(input.channels) channels")
    }
    output.channels = w[1] * groups
    if let bias, bias.shape != [.fixed(output.channels)] {
      throw NetworkError("has a bias \(bias) for \(output.channels) filters")
    }
    return (input, output)
  }

  /// For each output position the pairs of input position and kernel entry that meet there.
  private func meetings(_ input: [Int], _ output: [Int]) -> [[(position: Int, tap: Int)]] {
    let (inputStrides, tapStrides) = (rowMajorStrides(input), rowMajorStrides(window.kernel))
    var meetings: [[(position: Int, tap: Int)]] = [[(0, 0)]]
    for axis in input.indices {
      meetings = meetings.flatMap { outer in
        (0..<output[axis]).map { place in
          outer.flatMap { base in
            (0..<window.kernel[axis]).compactMap { tap -> (Int, Int)? in
              let reach = place + window.padding[axis] - tap * window.dilations[axis]
              let source = reach / window.strides[axis]
              guard reach >= 0, reach % window.strides[axis] == 0, source < input[axis] else {
                return nil
              }
              return (base.position + source * inputStrides[axis], base.tap + tap * tapStrides[axis])
            }
          }
        }
      }
    }
    return meetings
  }

  /// The factors of every output element.
  private func terms(_ input: ImageShape, _ output: ImageShape) -> [SumTerms] {
    let meetings = meetings(input.extents, output.extents)
    let taps = window.kernel.reduce(1, *)
    let (channels, filters) = (input.channels / groups, output.channels / groups)
    return output.elements.map { batch, filter, position in
      var term = SumTerms(x: [], w: [], bias: filter)
      for (source, tap) in meetings[position] {
        for channel in filter / filters * channels..<(filter / filters + 1) * channels {
          term.x.append(input.offset(batch: batch, channel: channel, position: source))
          term.w.append((channel * filters + filter % filters) * taps + tap)
        }
      }
      return term
    }
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let bias = inputs.count == 3 ? inputs[2] : nil
    let (input, output) = try shapes(inputs[0].shape, inputs[1].shape, bias: bias?.type)
    return [
      try sumProducts(
        inputs[0], inputs[1], bias, .exact, shape: output.shape, terms: terms(input, output))
    ]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (input, output) = try shapes(inputs[0].shape, inputs[1].shape, bias: nil)
    guard let (weights, fraction) = try inputs[1].constantMantissas() else { throw variableWeights() }
    var scalars: [Scalar] = []
    for term in terms(input, output) {
      scalars.append(
        try Accumulation.exact.lower(
          zip(term.x, term.w).map { (inputs[0].scalars[$0], weights[$1]) },
          weightFraction: fraction,
          bias: inputs.count == 3 ? inputs[2].scalars[term.bias] : nil, into: &program))
    }
    return [ScalarTensor(output.shape, scalars)]
  }

  public func multiplications(_ inputs: [TensorType]) -> Int {
    inputs[0].shape.dropFirst(2).reduce(1) { $0 * ($1.size ?? 1) }
      * inputs[1].shape.reduce(1) { $0 * ($1.size ?? 1) }
  }
}
