import WinnowNetworkIR

extension Network {
  /// Formats too narrow for a layer's weights leave none of them: the layer no longer reads its input,
  /// and no gradient brings it back.
  ///
  /// - Parameter float: the network before it was quantised.
  /// - Throws: ``RecipeError`` naming the layer.
  func checkWeightsRemain(of float: Network) throws {
    let before = try NetworkSummary(float).layers
    for layer in try NetworkSummary(ConstantFolding().run(on: self)).layers
    where layer.weights > 0 && layer.zeros == layer.weights {
      guard let own = before.first(where: { $0.name == layer.name }), own.zeros < own.weights else {
        continue
      }
      throw RecipeError(
        "'quantization.weights' makes all \(layer.weights) weights of '\(layer.name)' zero; give them more bits, a smaller range (mse), or a rule of their own"
      )
    }
  }
}
