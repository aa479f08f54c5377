extension NetworkBuilder.Value {
  public func relu(name: String? = nil) -> Self { applying(Relu(), name: name) }

  /// A slope for negative numbers: as it stands on real numbers, rounded to
  /// ``LeakyRelu/importedFractionBits`` on fixed point.
  public func leakyRelu(_ slope: Double, name: String? = nil) -> Self {
    layer("leakyRelu", name: name, meaning: "leakyRelu(\(slope))") { _, type in
      (try type.element.isFloat ? LeakyRelu(exactly: slope) : LeakyRelu(nearest: slope), [])
    }
  }

  public func elu(alpha: Double = 1, name: String? = nil) -> Self {
    applying(Elu(alpha: alpha), name: name)
  }

  /// A real function of each element: gelu, silu, softplus, exp, …
  public func applying(_ function: RealFunction.Function, name: String? = nil) -> Self {
    layer(function.rawValue, name: name, meaning: function.rawValue) { _, _ in
      (RealFunction(function), [])
    }
  }

  public func sigmoid(name: String? = nil) -> Self { applying(.sigmoid, name: name) }
  public func tanh(name: String? = nil) -> Self { applying(.tanh, name: name) }
  public func exp(name: String? = nil) -> Self { applying(.exp, name: name) }
  public func gelu(name: String? = nil) -> Self { applying(.gelu, name: name) }
  public func geluTanh(name: String? = nil) -> Self { applying(.geluTanh, name: name) }
  public func silu(name: String? = nil) -> Self { applying(.silu, name: name) }
  public func selu(name: String? = nil) -> Self { applying(.selu, name: name) }
  public func mish(name: String? = nil) -> Self { applying(.mish, name: name) }
  public func softplus(name: String? = nil) -> Self { applying(.softplus, name: name) }
  public func softsign(name: String? = nil) -> Self { applying(.softsign, name: name) }

  public func absolute(name: String? = nil) -> Self { applying(Absolute(), name: name) }

  /// Between two bounds; `nil` for none.
  public func clipped(low: Double? = nil, high: Double? = nil, name: String? = nil) -> Self {
    applying(Clip(low: low, high: high), name: name)
  }

  public func softmax(axis: Int = -1, name: String? = nil) -> Self {
    applying(Softmax(axis: axis), name: name, meaning: "softmax(axis: \(axis))")
  }

  public func logSoftmax(axis: Int = -1, name: String? = nil) -> Self {
    applying(LogSoftmax(axis: axis), name: name, meaning: "logSoftmax(axis: \(axis))")
  }
}
