/// Compares two tensors element by element, with broadcasting; the result is boolean.
///
/// A trigger decision is a comparison of a score with a constant threshold.
public struct Comparison: Operator {
  public static let name = "Comparison"

  public enum Relation: String, Sendable, Hashable, Codable, CaseIterable {
    case less, lessOrEqual, greater, greaterOrEqual, equal
  }

  public var relation: Relation

  public init(_ relation: Relation) { self.relation = relation }

  private func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool {
    switch relation {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    case .equal: a == b
    }
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...2, inputs.count)
    return [TensorType(try broadcast(inputs[0].shape, inputs[1].shape), .boolean)]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (a, b) = (inputs[0], inputs[1])
    let shape = try broadcast(a.shape, b.shape)
    let first = try broadcastOffsets(from: a.shape, to: shape)
    let second = try broadcastOffsets(from: b.shape, to: shape)
    if let (x, xf) = a.mantissas, let (y, yf) = b.mantissas {
      let u = try Exact.align(x, from: xf, to: max(xf, yf))
      let v = try Exact.align(y, from: yf, to: max(xf, yf))
      return [Tensor(shape, .boolean(zip(first, second).map { holds(u[$0], v[$1]) }))]
    }
    let (x, y) = (a.elements.doubles, b.elements.doubles)
    return [Tensor(shape, .boolean(zip(first, second).map { holds(x[$0], y[$1]) }))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let shape = try broadcast(inputs[0].shape, inputs[1].shape)
    let first = try broadcastOffsets(from: inputs[0].shape, to: shape)
    let second = try broadcastOffsets(from: inputs[1].shape, to: shape)
    var scalars: [Scalar] = []
    for (i, j) in zip(first, second) {
      let (a, b) = (inputs[0].scalars[i], inputs[1].scalars[j])
      let bit: Scalar =
        switch relation {
        case .less: try program.less(a, b)
        case .greater: try program.less(b, a)
        case .equal: try program.equal(a, b)
        case .lessOrEqual: try program.not(program.less(b, a))
        case .greaterOrEqual: try program.not(program.less(a, b))
        }
      scalars.append(bit)
    }
    return [ScalarTensor(shape, scalars)]
  }
}

extension ProgramBuilder {
  /// 1 − bit.
  fileprivate mutating func not(_ bit: Scalar) throws -> Scalar {
    try linear([(bit, -1)], coefficientFraction: 0, constant: (1, 0))
  }
}
