import WinnowFixedPoint
import WinnowNetworkIR

/// Matrix products, convolutions and batch normalisation.
extension GraphImport {
  /// A dense layer where the right factor is one matrix, else a product of stacks of matrices.
  mutating func matrixProduct(_ node: ImportedNode) throws {
    let operands = matchingExactness([try operand(node, 0), try operand(node, 1)])
    guard operands[0].rank > 0 else { throw NetworkError("multiplies a scalar by a matrix") }
    if operands[1].rank == 2 { return try emit(node, Dense(), operands) }
    guard operands.allSatisfy({ $0.rank >= 2 }) else {
      throw NetworkError(
        "multiplies by \(operands[1].type); the right factor must be a matrix [inputs, outputs]")
    }
    try emit(node, MatrixProduct(), operands)
  }

  /// `y = alpha · A · B + beta · C`, with A and B transposed on demand.
  mutating func gemm(_ node: ImportedNode) throws {
    var x = try operand(node, 0)
    var weights = try operand(node, 1)
    var bias = try node.input(2).map { try operand($0) }
    let alpha = Double(try node.float("alpha") ?? 1)
    let beta = Double(try node.float("beta") ?? 1)
    guard alpha.isFinite, beta.isFinite else { throw NetworkError("has alpha \(alpha) and beta \(beta)") }
    guard x.rank == 2, weights.rank == 2 else {
      throw NetworkError("multiplies \(x.type) by \(weights.type); both must be matrices")
    }
    if try node.flag("transA") {
      x =
        try x.isConstant
        ? form(x, "transposed") { $0.transposed() }
        : emit(node, part: "input", Transpose([1, 0]), [x])
    }
    if try node.flag("transB") {
      weights =
        try weights.isConstant
        ? form(weights, "transposed") { $0.transposed() }
        : emit(node, part: "weights", Transpose([1, 0]), [weights])
    }
    if alpha != 1, weights.isConstant {
      weights = form(weights, "times \(alpha)") { $0.multiplied(by: alpha) }
    }
    if beta == 0 { bias = nil }
    if let constant = bias, constant.isConstant, beta != 1 {
      bias = form(constant, "times \(beta)") { $0.multiplied(by: beta) }
    }
    let outputs = weights.type.shape[1]
    if let constant = bias, let tensor = constant.tensor, constant.rank == 2,
      constant.type.shape == [1, outputs]
    {
      bias = form(constant, "vector") { _ in tensor.reshaped([tensor.count]) }
    }
    let scalesProduct = alpha != 1 && !weights.isConstant
    let scalesBias = beta != 1 && bias?.isConstant == false
    if !scalesProduct, !scalesBias, bias.map({ $0.type.shape == [outputs] }) ?? true {
      return try emit(node, Dense(), matchingExactness([x, weights] + [bias].compactMap(\.self)))
    }
    // The general form: product, factors and sum one by one.
    var product = try emit(node, part: "product", Dense(), matchingExactness([x, weights]))
    if scalesProduct {
      product = try emit(
        node, part: "scaled", Arithmetic(.multiply),
        matchingExactness([product, constant("\(node.output)/alpha", Tensor([], .float64([alpha])))]))
    }
    guard var bias else { return try alias(node, product) }
    if scalesBias {
      bias = try emit(
        node, part: "bias", Arithmetic(.multiply),
        matchingExactness([bias, constant("\(node.output)/beta", Tensor([], .float64([beta])))]))
    }
    try emit(node, Arithmetic(.add), matchingExactness([product, bias]))
  }

  mutating func convolution(_ node: ImportedNode) throws {
    let operands = matchingExactness(try operands(node))
    guard operands.count >= 2, operands[1].rank >= 3, let weights = operands[1].type.sizes else {
      throw NetworkError("lacks weights [filters, channels, rows, …]")
    }
    let kernel = Array(weights[2...])
    if let stated = try node.integers("kernel_shape"), stated != kernel {
      throw NetworkError("has kernel_shape \(stated) and weights of shape \(weights)")
    }
    let window = try WindowAttributes(node, kernel: kernel, input: operands[0].type)
    try emit(
      node, Convolution(window.window, groups: try node.integer("group") ?? 1), operands)
  }

  mutating func batchNormalization(_ node: ImportedNode) throws {
    guard try !node.flag("training_mode"), try node.flag("spatial", default: true) else {
      throw NetworkError("is in training mode or not spatial; export the model for inference")
    }
    let operands = try (0..<5).map { try operand(node, $0) }
    try emit(node, BatchNormalization(epsilon: try node.epsilon()), operands)
  }
}

extension Tensor {
  /// The transposed matrix.
  fileprivate func transposed() -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    return gathered(
      (0..<rows * columns).map { rows == 0 ? 0 : $0 % rows * columns + $0 / rows },
      shape: [columns, rows])
  }

  /// Each element times a number; rounded to the element type where it is a float.
  fileprivate func multiplied(by factor: Double) -> Tensor {
    switch elements {
    case .float32(let values): Tensor(shape, .float32(values.map { Float(Double($0) * factor) }))
    default: Tensor(shape, .float64(elements.doubles.map { $0 * factor }))
    }
  }
}
