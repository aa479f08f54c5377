import Winnow

/// A quantised model with its score inside: one fixed-point number an event.
///
/// A variational model is cut behind μ and ln σ²; an autoencoder's answer is compared with its input.
///
/// - Reference: arXiv:2108.03986 sections IV and VII.
struct ScoreNetwork {
  let model: AnomalyModel
  /// Of pT, which the reconstruction is compared with.
  let scale: MomentumScale
  let formats: ScoreFormats

  /// What lies between a network's outputs and its score.
  ///
  /// - Parameter code: of a variational model, from events to train on.
  init(model: AnomalyModel, scale: MomentumScale, code: LatentRange?) {
    (self.model, self.scale) = (model, scale)
    // Differences reach ±64 widths, as far as the network sees: places that are seldom filled have widths
    // of a fifth of a GeV. Squares of ten bits are tables.
    formats =
      code?.formats(width: 10)
      ?? ScoreFormats(
        difference: .rounding(10, 7), exponential: .rounding(12, 4, signed: false),
        reciprocalBits: 12, score: .rounding(18, 10, signed: false))
  }

  /// - Parameter quantized: a compressed form's network.
  /// - Throws: ``NetworkError`` where a value is missing or has no number format.
  func appended(to quantized: Network) throws -> Network {
    let read = model.isVariational ? ["mu", "lv"] : ["x", "y"]
    // The events as the port has them, so that both sides of a difference are rounded once.
    let names = ["x": "x_quantized"]
    var network = try quantized.part(computing: read.filter { $0 != "x" })
    network.name = model.rawValue.replacing("-", with: "_")
    let types = try network.verify()
    let builder = NetworkBuilder("score")
    let values = try read.map { name -> NetworkBuilder.Value in
      guard let type = types[names[name] ?? name], case .fixed = type.element else {
        throw NetworkError("the \(model.label) has no fixed-point value '\(name)'; quantise it first")
      }
      return builder.input(name, type.shape, type.element)
    }
    let score =
      model.isVariational
      ? values[0].divergence(logVariance: values[1], formats: formats, name: "score")
      : reconstruction(of: values[0], as: values[1], builder)
    let appended = try network.append(
      builder.network(outputs: [score]), prefix: "ad",
      reading: Dictionary(uniqueKeysWithValues: read.map { ($0, names[$0] ?? $0) }))
    network.outputs = [appended[score.name]!]
    return network
  }

  /// The masked mean squared error of bounded outputs and of events with standardised pT.
  private func reconstruction(
    of events: NetworkBuilder.Value, as answer: NetworkBuilder.Value, _ builder: NetworkBuilder
  ) -> NetworkBuilder.Value {
    let scales = BetaVAELoss.levelOneScales
    func row(_ name: String, _ values: [Double], fraction: Int) -> NetworkBuilder.Value {
      let mantissas = values.map { Int128(($0 * Double(1 << fraction)).rounded()) }
      return builder.constant(name, Tensor([values.count], .fixed(mantissas, fraction: fraction)))
    }
    // η and φ are compared in their units, pT in widths.
    var factors = [Double](repeating: 1, count: scales.count)
    var shifts = [Double](repeating: 0, count: scales.count)
    for place in scale.means.indices {
      factors[3 * place] = 1 / scale.widths[place]
      shifts[3 * place] = scale.means[place] / scale.widths[place]
    }
    let target = events.combined(.multiply, with: row("factors", factors, fraction: 12), name: "scaled")
      .combined(.subtract, with: row("shifts", shifts, fraction: 6), name: "standardized")
      .quantized(formats.difference, name: "target")
    // tanh is 1 above 4, to 10 bits, so that its table needs nine bits to look at.
    let bounded = answer.quantized(.rounding(9, 3), name: "argument").tanh(name: "tanh")
      .quantized(.rounding(10, 1), name: "bound")
      .combined(.multiply, with: row("bounds", scales, fraction: 6), name: "within")
    let free = answer.quantized(formats.difference, name: "free")
      .combined(
        .multiply, with: row("frees", scales.map { $0 > 0 ? 0 : 1 }, fraction: 0), name: "unbounded")
    let rebuilt = bounded.combined(.add, with: free, name: "rebuilt")
    return target.maskedMeanSquaredError(
      to: rebuilt, input: events, formats: formats, name: "score")
  }
}
