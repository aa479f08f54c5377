public import WinnowNetworkIR

extension Network {
  /// The float network that a plan quantises: normalisations and scalers merged into their layers,
  /// the others written as a product and a sum. The same function up to rounding.
  public func prepared(for plan: QuantizationPlan) throws -> Network {
    var passes: [any Pass] = [
      // A normalisation right behind an input is a scaler.
      plan.foldsScalers && !plan.keepsPowersOfTwo
        ? BatchNormalizationFolding() : NormalizationFoldingBehindLayers()
    ]
    passes.append(NormalizationUnfolding())
    if plan.foldsScalers { passes.append(ScalerFolding(keepsPowersOfTwo: plan.keepsPowersOfTwo)) }
    passes.append(SlopeRounding(bits: plan.slopeBits))
    passes.append(DeadNodeElimination())
    return try PassPipeline(passes).run(on: self)
  }

  /// The network in fixed point: `Quantize` nodes behind inputs, on weights and biases, and wherever
  /// a value would be wider than the plan says; ready to train on or to compile.
  ///
  /// Where a rectifier follows a layer, the sum goes into it exactly and only its result is rounded.
  /// What is quantised already stays. The `Quantize` behind a value takes its name.
  ///
  /// - Parameter calibration: of `prepared(for: plan)`; needed where the plan gives widths instead of
  ///   types for activations, inputs or outputs.
  /// - Throws: ``TrainingError`` when a width has no calibration or a precision is impossible.
  public func quantized(
    _ plan: QuantizationPlan, calibration: Calibration? = nil
  ) throws -> Network {
    var quantizer = try Quantizer(prepared(for: plan), plan, calibration)
    try quantizer.run()
    try quantizer.result.verify()
    return quantizer.result
  }
}

/// Batch normalisations are merged into the layer before them only; a scaler at an input stays.
private struct NormalizationFoldingBehindLayers: Pass {
  static let name = "NormalizationFoldingBehindLayers"

  func run(on network: Network) throws -> Network {
    // A second reader keeps the pass from merging forward into the layer behind an input.
    let inputs = Set(network.inputs.map(\.name))
    let scalers = network.nodes.filter {
      $0.operation is BatchNormalization && inputs.contains($0.inputs[0])
    }
    var guarded = network
    guarded.outputs += scalers.map { $0.outputs[0] }
    var result = try BatchNormalizationFolding().run(on: guarded)
    result.outputs = network.outputs
    return result
  }
}

/// Slopes of leaky rectifiers get few bits.
private struct SlopeRounding: Pass {
  static let name = "SlopeRounding"
  let bits: Int

  func run(on network: Network) throws -> Network {
    var result = network
    for place in result.nodes.indices {
      guard let leaky = result.nodes[place].operation as? LeakyRelu else { continue }
      result.nodes[place].operation = leaky.rounded(toFraction: bits)
    }
    return result
  }
}
