extension NetworkBuilder {
  /// What a layer of a network gives; the methods are further layers.
  ///
  /// A layer that does not fit gives a value without a type. Layers on it say nothing more.
  public struct Value {
    let builder: NetworkBuilder
    public let name: String
    /// `nil` after an error.
    public let type: TensorType?

    init(_ builder: NetworkBuilder, _ name: String, _ type: TensorType?) {
      self.builder = builder
      self.name = name
      self.type = type
    }

    public var shape: [Dimension]? { type?.shape }

    /// Applies an operator of one result to this value and others.
    public func applying(
      _ operation: any Operator, and others: [Value] = [], name: String? = nil,
      meaning: String? = nil
    ) -> Value {
      builder.apply(operation, to: [self] + others, name: name, meaning: meaning)[0]
    }

    /// A layer that makes parameters from the shape of its input: gives the operator and its further
    /// inputs, or throws.
    func layer(
      _ kind: String, name: String?, meaning: String,
      _ make: (_ name: String, _ type: TensorType) throws -> (any Operator, [Value])
    ) -> Value {
      let name = name ?? builder.freeName(kind)
      guard let type else { return Value(builder, name, nil) }
      do {
        let (operation, others) = try make(name, type)
        return applying(operation, and: others, name: name, meaning: meaning)
      } catch {
        builder.fail(name, meaning, [type], error)
        return Value(builder, name, nil)
      }
    }

    /// Weights or a bias behind its quantiser, if it has one.
    func parameter(
      _ name: String, _ shape: [Int], _ initializer: Initializer, fans: (input: Int, output: Int),
      _ quantizer: Quantize?
    ) -> Value {
      let value = builder.parameter(name, shape, initializer, fans: fans)
      return quantizer.map { value.quantized($0, name: "\(name)_quantized") } ?? value
    }
  }
}
