/// What a node does. An operator is a value: its fields are the node's attributes.
///
/// To add one: a file in `Operators/` with a type that conforms, and its line in
/// ``OperatorRegistry``. `evaluate` is the definition; `lower` must give the same numbers from
/// exact fixed-point instructions, and verification compares the two.
public protocol Operator: Sendable, Hashable, Codable {
  /// The operator's name in files and messages.
  static var name: String { get }

  /// Checks the inputs' number, shapes and elements, and gives the outputs' types.
  ///
  /// - Throws: ``NetworkError``; the caller adds the node's name.
  func infer(_ inputs: [TensorType]) throws -> [TensorType]

  /// The reference evaluation: slow, obvious, exact.
  ///
  /// - Throws: ``NetworkError`` when shapes do not fit or an exact result needs more than 127 bits.
  func evaluate(_ inputs: [Tensor]) throws -> [Tensor]

  /// Writes the operator as exact fixed-point instructions, one scalar at a time.
  ///
  /// - Throws: ``NetworkError`` when the operator has no exact form on these inputs.
  func lower(_ inputs: [ScalarTensor], into program: inout ProgramBuilder) throws -> [ScalarTensor]

  /// Multiplications of one evaluation that `inspect` reports, given the inputs' types.
  func multiplications(_ inputs: [TensorType]) -> Int
}

extension Operator {
  public var name: String { Self.name }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    throw NetworkError(
      "\(name) has no exact fixed-point form; the interpreter runs it, firmware and the integer engine need quantised operators (docs/graph.md lists them)"
    )
  }

  public func multiplications(_ inputs: [TensorType]) -> Int { 0 }
}

/// Requires a number of inputs.
func requireInputs(_ count: ClosedRange<Int>, _ inputs: Int) throws {
  guard count.contains(inputs) else {
    let wanted =
      count.lowerBound == count.upperBound
      ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
    throw NetworkError("takes \(wanted) inputs, not \(inputs)")
  }
}
