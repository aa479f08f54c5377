public import WinnowNetworkIR

extension AnomalyScore {
  /// How a detector's values become one number per event.
  ///
  /// - Reference: E. Govorkova et al., arXiv:2108.03986, section 3; the scales, the mask and the means
  ///   are those of its authors' training code.
  public enum Definition: Sendable, Hashable {
    /// The mean over all elements of `(output − target)²`.
    ///
    /// Each output with a scale above 0 goes through `scale · tanh(output)` first. Elements for which
    /// the value `mask` is 0 count as 0, and the mean is over all elements still. `target` and `mask`
    /// are values of the detector or columns of the data.
    case reconstruction(
      output: String, target: String, scales: [Double] = [], mask: String? = nil)
    /// `−½ Σ (1 + ln σ² − μ² − σ²)`, or its mean over the latent dimensions.
    case divergence(mean: String, logVariance: String, takesMean: Bool = true)
    /// `R_z = Σ μ²/σ²`.
    case radius(mean: String, logVariance: String)
  }

  /// A detector followed by its score: one output of shape `[batch, 1]`.
  ///
  /// - Throws: ``TrainingError`` when a value does not exist or shapes do not fit.
  public static func graph(_ definition: Definition, of detector: Network) throws -> Network {
    var graph = LossGraph(network: detector, rank: 2)
    let score: String
    switch definition {
    case .reconstruction(let output, let target, let scales, let mask):
      let width = try graph.width(of: output)
      for column in [target, mask].compactMap({ $0 }) { try graph.addColumn(column, like: output) }
      var answer = try graph.row(output, width: width)
      if !scales.isEmpty { answer = try graph.bounded(answer, scales, width: width) }
      var difference = graph.add(
        Arithmetic(.subtract), answer, try graph.row(target, width: width))
      if let mask {
        let zero = graph.constant(0)
        let isMasked = graph.add(Comparison(.equal), try graph.row(mask, width: width), zero)
        difference = graph.add(Where(), isMasked, zero, difference)
      }
      score = graph.reduced(.mean, graph.add(Arithmetic(.multiply), difference, difference))
    case .divergence(let mean, let logVariance, let takesMean):
      let width = try graph.width(of: mean)
      let mu = try graph.row(mean, width: width)
      let logarithm = try graph.row(logVariance, width: width)
      let positive = graph.add(Arithmetic(.add), logarithm, graph.constant(1))
      let negative = graph.add(
        Arithmetic(.add), graph.add(Arithmetic(.multiply), mu, mu),
        graph.add(RealFunction(.exp), logarithm))
      let sum = graph.reduced(
        takesMean ? .mean : .sum, graph.add(Arithmetic(.subtract), positive, negative))
      score = graph.add(Arithmetic(.multiply), sum, graph.constant(-0.5))
    case .radius(let mean, let logVariance):
      let width = try graph.width(of: mean)
      let mu = try graph.row(mean, width: width)
      let falling = graph.add(
        Arithmetic(.multiply), try graph.row(logVariance, width: width), graph.constant(-1))
      score = graph.reduced(
        .sum,
        graph.add(
          Arithmetic(.multiply), graph.add(Arithmetic(.multiply), mu, mu),
          graph.add(RealFunction(.exp), falling)))
    }
    return try graph.network.part(computing: [score])
  }

  /// `ln(1 + max(score, 0))` behind a network's score.
  public static func logarithm(of scored: Network) throws -> Network {
    var graph = LossGraph(network: scored, rank: 2)
    let size = graph.add(Relu(), scored.outputs[0])
    let result = graph.add(
      RealFunction(.logarithm), graph.add(Arithmetic(.add), size, graph.constant(1)))
    return try graph.network.part(computing: [result])
  }

  /// 1 where a network's score is above the threshold, else 0.
  public static func decision(of scored: Network, above threshold: Float) throws -> Network {
    var graph = LossGraph(network: scored, rank: 2)
    let isAbove = graph.add(
      Comparison(.greater), scored.outputs[0], graph.constant(Double(threshold)))
    let result = graph.add(Where(), isAbove, graph.constant(1), graph.constant(0))
    return try graph.network.part(computing: [result])
  }
}

extension LossGraph {
  /// The number of elements of an event.
  fileprivate func width(of value: String) throws -> Int {
    guard let type = try network.verify()[value] else {
      throw TrainingError(
        "the detector '\(network.name)' computes no '\(value)'; its outputs are \(network.outputs.joined(separator: ", "))"
      )
    }
    return type.shape.dropFirst().reduce(1) { $0 * ($1.size ?? 1) }
  }

  /// A value that the detector does not have is a column of the data.
  fileprivate mutating func addColumn(_ column: String, like value: String) throws {
    let types = try network.verify()
    guard types[column] == nil, let type = types[value] else { return }
    network.inputs.append(.init(column, TensorType(type.shape, .float32)))
  }

  /// A value as rows of `width` elements.
  fileprivate mutating func row(_ value: String, width: Int) throws -> String {
    let found = try self.width(of: value)
    guard found == width else {
      throw TrainingError("the score compares \(width) values per event with \(found) of '\(value)'")
    }
    let rank = try network.verify()[value]!.shape.count
    return rank == 2 ? value : add(Reshape([0, -1]), value)
  }

  /// `scale · tanh(x)` where there is a scale, else `x`.
  fileprivate mutating func bounded(
    _ value: String, _ scales: [Double], width: Int
  ) throws -> String {
    guard scales.count == width else {
      throw TrainingError("\(scales.count) output scales do not go with \(width) outputs; give one each")
    }
    func row(_ values: [Double]) -> Tensor { Tensor([width], .float64(values)) }
    let (bounds, free) = (constant(row(scales)), constant(row(scales.map { $0 > 0 ? 0 : 1 })))
    return add(
      Arithmetic(.add), add(Arithmetic(.multiply), add(RealFunction(.tanh), value), bounds),
      add(Arithmetic(.multiply), value, free))
  }

  fileprivate mutating func constant(_ tensor: Tensor) -> String {
    let name = network.freeName("distillation_constant")
    network.constants[name] = tensor
    return name
  }

  fileprivate mutating func reduced(_ function: Reduce.Function, _ value: String) -> String {
    add(Reduce(function, axes: [1], keepsAxes: true), value)
  }
}
