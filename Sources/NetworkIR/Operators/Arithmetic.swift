/// Exact arithmetic on two tensors, with broadcasting: add, subtract, multiply, maximum, minimum.
public struct Arithmetic: Operator {
  public static let name = "Arithmetic"

  public enum Function: String, Sendable, Hashable, Codable, CaseIterable {
    case add, subtract, multiply, maximum, minimum
  }

  public var function: Function

  public init(_ function: Function) { self.function = function }

  private func real(_ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .maximum: max(a, b)
    case .minimum: min(a, b)
    }
  }

  private func fixed(_ a: Int128, _ b: Int128) throws -> Int128 {
    switch function {
    case .add: try Exact.add(a, b)
    case .subtract: try Exact.add(a, -b)
    case .multiply: try Exact.multiply(a, b)
    case .maximum: max(a, b)
    case .minimum: min(a, b)
    }
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...2, inputs.count)
    let shape = try broadcast(inputs[0].shape, inputs[1].shape)
    let element: ElementType =
      switch (inputs[0].arithmetic.element, inputs[1].arithmetic.element) {
      case (.fixed(let a), .fixed(let b)): .fixed(fraction: function == .multiply ? a + b : max(a, b))
      case (.float32, .float32): .float32
      default: .float64
      }
    return [TensorType(shape, element)]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (a, b) = (inputs[0], inputs[1])
    let shape = try broadcast(a.shape, b.shape)
    let first = try broadcastOffsets(from: a.shape, to: shape)
    let second = try broadcastOffsets(from: b.shape, to: shape)
    if let (xs, xf) = a.mantissas, let (ys, yf) = b.mantissas {
      var (x, y) = (xs, ys)
      var fraction = xf + yf
      if function != .multiply {
        fraction = max(xf, yf)
        x = try Exact.align(x, from: xf, to: fraction)
        y = try Exact.align(y, from: yf, to: fraction)
      }
      return [
        Tensor(
          shape,
          .fixed(try zip(first, second).map { try fixed(x[$0], y[$1]) }, fraction: fraction))
      ]
    }
    let (x, y) = (a.elements.doubles, b.elements.doubles)
    let values = zip(first, second).map { real(x[$0], y[$1]) }
    let single = a.elementType == .float32 && b.elementType == .float32
    return [Tensor(shape, single ? .float32(values.map(Float.init)) : .float64(values))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let shape = try broadcast(inputs[0].shape, inputs[1].shape)
    let first = try broadcastOffsets(from: inputs[0].shape, to: shape)
    let second = try broadcastOffsets(from: inputs[1].shape, to: shape)
    var scalars: [Scalar] = []
    for (i, j) in zip(first, second) {
      scalars.append(
        try lower(inputs[0].scalars[i], inputs[1].scalars[j], into: &program))
    }
    return [ScalarTensor(shape, scalars)]
  }

  private func lower(_ a: Scalar, _ b: Scalar, into program: inout ProgramBuilder) throws -> Scalar {
    switch (a, b) {
    case (.real, .real), (.real, .value), (.value, .real):
      throw NetworkError("combines two real values; quantise one of them first")
    case (.raw, _), (_, .raw): throw ProgramBuilder.notExact(.raw(port: 0, element: 0))
    case (_, .realConstant(let y)): return try program.apply({ real($0, y) }, to: a)
    case (.realConstant(let x), _): return try program.apply({ real(x, $0) }, to: b)
    case (.real, .constant(let mantissa, let fraction)):
      let y = Double(mantissa) * Double(sign: .plus, exponent: -fraction, significand: 1)
      return try program.apply({ real($0, y) }, to: a)
    case (.constant(let mantissa, let fraction), .real):
      let x = Double(mantissa) * Double(sign: .plus, exponent: -fraction, significand: 1)
      return try program.apply({ real(x, $0) }, to: b)
    default: break
    }
    return switch function {
    case .add: try program.add(a, b)
    case .subtract: try program.subtract(a, b)
    case .multiply: try program.multiply(a, b)
    case .maximum: try program.maximum(a, b)
    case .minimum: try program.minimum(a, b)
    }
  }

  public func multiplications(_ inputs: [TensorType]) -> Int {
    guard function == .multiply, let shape = try? broadcast(inputs[0].shape, inputs[1].shape) else {
      return 0
    }
    return shape.reduce(1) { $0 * ($1.size ?? 1) }
  }
}
