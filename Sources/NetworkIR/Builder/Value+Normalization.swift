extension NetworkBuilder.Value {
  /// Batch normalisation over axis 1, with scale 1, bias 0, moving mean 0 and moving variance 1 to begin
  /// with. PyTorch's ε is the default; Keras has 0.001.
  public func batchNormalized(epsilon: Double = 1e-5, name: String? = nil) -> Self {
    layer("batchNormalization", name: name, meaning: "batchNormalized()") { name, type in
      guard type.shape.count >= 2, let channels = type.shape[1].size else {
        throw NetworkError("takes [batch, channels, …]; the channels must be a number")
      }
      let parameters = [("scale", .ones), ("bias", .zeros), ("mean", .zeros), ("variance", .ones)]
        .map { ending, initializer in vector("\(name)_\(ending)", [channels], initializer) }
      return (BatchNormalization(epsilon: epsilon), parameters)
    }
  }

  /// Layer normalisation over the axes from `axis` on.
  public func layerNormalized(
    axis: Int = -1, epsilon: Double = 1e-5, bias: Bool = true, name: String? = nil
  ) -> Self {
    layer("layerNormalization", name: name, meaning: "layerNormalized(axis: \(axis))") { name, type in
      let first = try resolveAxis(axis, rank: type.shape.count)
      guard let shape = TensorType(Array(type.shape[first...]), type.element).sizes else {
        throw NetworkError("normalises axes of unknown size")
      }
      let scale = vector("\(name)_scale", shape, .ones)
      return (
        LayerNormalization(axis: axis, epsilon: epsilon),
        bias ? [scale, vector("\(name)_bias", shape, .zeros)] : [scale]
      )
    }
  }

  /// Group normalisation of `[batch, channels, …]`; as many groups as channels is instance
  /// normalisation.
  public func groupNormalized(groups: Int, epsilon: Double = 1e-5, name: String? = nil) -> Self {
    layer("groupNormalization", name: name, meaning: "groupNormalized(groups: \(groups))") {
      name, type in
      guard type.shape.count >= 2, let channels = type.shape[1].size else {
        throw NetworkError("takes [batch, channels, …]; the channels must be a number")
      }
      return (
        GroupNormalization(groups: groups, epsilon: epsilon),
        [vector("\(name)_scale", [channels], .ones), vector("\(name)_bias", [channels], .zeros)]
      )
    }
  }

  private func vector(_ name: String, _ shape: [Int], _ initializer: Initializer) -> Self {
    builder.parameter(name, shape, initializer, fans: (1, 1))
  }
}
