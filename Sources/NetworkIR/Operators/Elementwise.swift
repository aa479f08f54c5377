extension TensorType {
  /// The type that arithmetic sees: integers and booleans count as fixed point without fraction bits.
  var arithmetic: TensorType {
    element == .integer || element == .boolean ? TensorType(shape, .fixed(fraction: 0)) : self
  }

  /// The type of a real function of this: float32 stays float32, all else becomes float64.
  var real: TensorType { TensorType(shape, element == .float32 ? .float32 : .float64) }
}

extension Tensor {
  /// A function of each element; exact on mantissas, which keep their step.
  func mapped(
    fixed: (Int128) throws -> Int128, real: (Double) throws -> Double
  ) throws -> Tensor {
    if let (values, fraction) = mantissas {
      return Tensor(shape, .fixed(try values.map(fixed), fraction: fraction))
    }
    return try mapped(real: real)
  }

  /// The mantissas of a tensor that must be exact: an interpreter's caller may give floats.
  ///
  /// - Throws: ``NetworkError`` for floats.
  func exactMantissas() throws -> (values: [Int128], fraction: Int) {
    guard let mantissas else {
      throw NetworkError("takes fixed point, not \(type); give exact values or quantise the input first")
    }
    return mantissas
  }

  /// A real function of each element; float32 stays float32, all else becomes float64.
  func mapped(real: (Double) throws -> Double) throws -> Tensor {
    if case .float32(let values) = elements {
      return Tensor(shape, .float32(try values.map { Float(try real(Double($0))) }))
    }
    return Tensor(shape, .float64(try elements.doubles.map(real)))
  }
}

extension Tensor.Elements {
  /// Mantissas that count in the steps of an exact element type.
  init(mantissas: [Int128], as element: ElementType) {
    switch element {
    case .fixed(let fraction): self = .fixed(mantissas, fraction: fraction)
    case .integer: self = .integer(mantissas.map { Int64(truncatingIfNeeded: $0) })
    case .boolean: self = .boolean(mantissas.map { $0 != 0 })
    case .float32, .float64: preconditionFailure("mantissas are no floats")
    }
  }

  /// Real numbers, rounded once where the element type is float32.
  init(reals: [Double], as element: ElementType) {
    self = element == .float32 ? .float32(reals.map(Float.init)) : .float64(reals)
  }
}

extension ScalarTensor {
  /// A function of each scalar: instructions on exact ones, composition on real ones.
  func mapped(
    _ program: inout ProgramBuilder, real: @escaping @Sendable (Double) -> Double,
    _ exact: (inout ProgramBuilder, Scalar) throws -> Scalar
  ) throws -> ScalarTensor {
    var results: [Scalar] = []
    results.reserveCapacity(scalars.count)
    for scalar in scalars {
      switch scalar {
      case .constant, .value: results.append(try exact(&program, scalar))
      case .real, .realConstant: results.append(try program.apply(real, to: scalar))
      case .raw: throw ProgramBuilder.notExact(scalar)
      }
    }
    return ScalarTensor(shape, results)
  }
}
