import WinnowONNXSchema
import WinnowFixedPoint
import WinnowNetworkIR

/// Operators that work element by element.
extension GraphImport {
  mutating func unary(_ node: ImportedNode, _ operation: any Operator) throws {
    try emit(node, operation, [operand(node, 0)])
  }

  mutating func leakyRelu(_ node: ImportedNode) throws {
    let slope = Double(try node.float("alpha") ?? 0.01)
    let x = try operand(node, 0)
    // Real numbers take the slope as it stands; a short constant is for exact arithmetic.
    let operation = try x.isExact ? LeakyRelu(nearest: slope) : LeakyRelu(exactly: slope)
    try emit(node, operation, [x])
  }

  mutating func elu(_ node: ImportedNode) throws {
    try unary(node, Elu(alpha: try node.decimal("alpha") ?? 1))
  }

  /// The published constants only.
  mutating func selu(_ node: ImportedNode) throws {
    let alpha = try node.float("alpha") ?? Float(RealFunction.seluAlpha)
    let gamma = try node.float("gamma") ?? Float(RealFunction.seluScale)
    guard abs(alpha - Float(RealFunction.seluAlpha)) < 1e-5,
      abs(gamma - Float(RealFunction.seluScale)) < 1e-5
    else {
      throw NetworkError(
        "has alpha = \(alpha) and gamma = \(gamma); only the published constants are possible")
    }
    try unary(node, RealFunction(.selu))
  }

  mutating func gelu(_ node: ImportedNode) throws {
    switch try node.string("approximate") ?? "none" {
    case "none": try unary(node, RealFunction(.gelu))
    case "tanh": try unary(node, RealFunction(.geluTanh))
    case let other: throw NetworkError("has approximate = '\(other.prefix(40))'")
    }
  }

  /// Bounds are attributes before version 11, inputs after.
  mutating func clip(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    var bounds: [Double?] = [nil, nil]
    if node.opset < 11 {
      bounds = [try node.float("min").map { Double($0) }, try node.float("max").map { Double($0) }]
    } else {
      for index in 0..<2 {
        guard let bound = try optionalParameter(node, index + 1, "bound") else { continue }
        guard bound.count == 1 else { throw NetworkError("has a bound of shape \(bound.shape)") }
        bounds[index] = bound.elements.doubles[0]
      }
    }
    for bound in bounds where bound?.isNaN == true { throw NetworkError("has a bound that is NaN") }
    // The largest float stands for no bound in files.
    let limit = Double(Float.greatestFiniteMagnitude)
    let low = bounds[0].flatMap { $0 > -limit ? $0 : nil }
    let high = bounds[1].flatMap { $0 < limit ? $0 : nil }
    try emit(node, Clip(low: low, high: high), [x])
  }

  mutating func negate(_ node: ImportedNode) throws {
    let minusOne = constant("\(node.output)/factor", Tensor([], .float32([-1])))
    try emit(node, Arithmetic(.multiply), matchingExactness([operand(node, 0), minusOne]))
  }

  mutating func binary(_ node: ImportedNode, _ function: Arithmetic.Function) throws {
    guard node.proto.input.count == 2 else {
      throw NetworkError("has \(node.proto.input.count) inputs; it takes 2")
    }
    try folded(node, function)
  }

  /// From the left where there are more than two operands.
  mutating func folded(_ node: ImportedNode, _ function: Arithmetic.Function) throws {
    var operands = matchingExactness(try operands(node))
    guard !operands.isEmpty else { throw NetworkError("has no inputs") }
    if operands.count == 1 { return try alias(node, operands[0]) }
    while operands.count > 2 {
      let joined = try emit(
        node, part: "\(operands.count - 2)", Arithmetic(function), Array(operands[..<2]))
      operands.replaceSubrange(..<2, with: [joined])
      operands = matchingExactness(operands)
    }
    try emit(node, Arithmetic(function), operands)
  }

  /// By constants only: exact as a product with powers of two, else a product of real numbers.
  mutating func divide(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    guard try operand(node, 1).isConstant else {
      throw NetworkError(
        "divides by a computed value; only constants are possible: compare products instead, or tabulate the reciprocal of a quantised value (Reciprocal, Quant, Mul)"
      )
    }
    let divisor = try parameter(node, 1, "divisor")
    let divisors = divisor.elements.doubles
    guard divisors.allSatisfy({ $0 != 0 && $0.isFinite }) else {
      throw NetworkError("divides by zero or by a number that is not finite")
    }
    let reciprocals = divisors.map { 1 / $0 }
    guard reciprocals.allSatisfy(\.isFinite) else { throw NetworkError("divides by a number too small") }
    let isExact = divisors.allSatisfy { dyadic($0)!.mantissa.magnitude == 1 }
    let elements: Tensor.Elements =
      x.type.element == .float32 ? .float32(reciprocals.map(Float.init)) : .float64(reciprocals)
    let factor = constant("\(node.output)/reciprocal", Tensor(divisor.shape, elements))
    try emit(node, Arithmetic(.multiply), isExact ? matchingExactness([x, factor]) : [x, factor])
  }

  mutating func comparison(_ node: ImportedNode, _ relation: Comparison.Relation) throws {
    let operands = matchingExactness([try operand(node, 0), try operand(node, 1)])
    try emit(node, Comparison(relation), operands)
  }

  /// To float only: exact numbers stay exact.
  mutating func cast(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    guard let code = try node.integer("to"),
      let target = Onnx_TensorProto.DataType(rawValue: code),
      [.float, .double, .float16, .bfloat16].contains(target)
    else {
      throw NetworkError("casts to something other than a float; use Quant nodes, or Less and Greater")
    }
    switch x.type.element {
    case .float32, .float64, .fixed: try alias(node, x)
    // The float of an integer or a truth value is the same number.
    case .boolean:
      try emit(node, Quantize(FixedPointType(signed: false, width: 1, integer: 1)), [x])
    case .integer:
      try emit(node, Quantize(FixedPointType(signed: true, width: 64, integer: 64)), [x])
    }
  }

  mutating func identity(_ node: ImportedNode) throws {
    try alias(node, operand(node, 0))
  }

  mutating func dropout(_ node: ImportedNode) throws {
    if let mode = try optionalParameter(node, 2, "training mode") {
      guard mode.elements.doubles.allSatisfy({ $0 == 0 }) else {
        throw NetworkError("is in training mode; export the model for inference")
      }
    }
    var rate = try node.decimal("ratio") ?? 0.5
    if let ratio = try optionalParameter(node, 1, "ratio") {
      guard ratio.count == 1 else { throw NetworkError("has a ratio of shape \(ratio.shape)") }
      rate = Double("\(Float(ratio.elements.doubles[0]))") ?? rate
    }
    try unary(node, Dropout(rate: rate))
  }

  mutating func constant(_ node: ImportedNode) throws {
    let tensor: Tensor
    if let value = try node.tensor("value") {
      tensor = value
    } else if let value = try node.float("value_float") {
      tensor = Tensor([], .float32([value]))
    } else if let values = try node.floats("value_floats") {
      tensor = Tensor([values.count], .float32(values))
    } else if let value = try node.integer("value_int") {
      tensor = Tensor([], .integer([Int64(value)]))
    } else if let values = try node.integers("value_ints") {
      tensor = Tensor([values.count], .integer(values.map { Int64($0) }))
    } else {
      throw NetworkError("holds no value")
    }
    guard node.proto.output.count == 1, !node.output.isEmpty else {
      throw NetworkError("names no output")
    }
    try define(node.output, tensor)
  }
}
