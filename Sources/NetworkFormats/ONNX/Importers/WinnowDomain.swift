import WinnowONNXSchema
import Foundation
import WinnowNetworkIR

/// Operators of the domain `org.winnow`: those of the network itself, as they are.
extension Importer {
  static let fixedPointConstant = "FixedPoint"
  static let parameters = "parameters"
  static let fraction = "fraction"

  /// `FixedPoint`: a constant of integers that count steps of 2^−fraction.
  static let fixedPoint = Importer { graph, node in
    let mantissas = try graph.parameter(node, 0, "mantissas")
    guard case .integer(let values) = mantissas.elements else {
      throw NetworkError("takes integers, not \(mantissas.type)")
    }
    guard let fraction = try node.integer(fraction), GraphImport.fractions.contains(fraction) else {
      throw NetworkError("lacks the attribute 'fraction', or it is out of range")
    }
    guard node.proto.output.count == 1, !node.output.isEmpty else {
      throw NetworkError("names no output")
    }
    try graph.define(
      node.output, Tensor(mantissas.shape, .fixed(values.map { Int128($0) }, fraction: fraction)))
  }

  /// Any operator of the network by its name, its fields as JSON in one attribute.
  static let own = Importer { graph, node in
    guard let type = OperatorRegistry.type(named: node.proto.opType) else {
      throw NetworkError("Winnow has no such operator; the file may come from a newer version")
    }
    let text = try node.string(parameters) ?? "{}"
    try graph.emit(node, decoded(type, text), try graph.operands(node))
  }

  private static func decoded<Operation: Operator>(
    _ type: Operation.Type, _ text: String
  ) throws -> any Operator {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw NetworkError("its parameters '\(text.prefix(80))' do not fit the operator")
    }
  }
}
