import WinnowONNXSchema
import Foundation
import WinnowNetworkIR

/// One ONNX node: its attributes with their types checked, and the version of its operator set.
struct ImportedNode {
  let proto: Onnx_NodeProto
  /// The node's name, unique and not empty.
  let name: String
  let opset: Int

  init(_ proto: Onnx_NodeProto, name: String, opset: Int) {
    self.proto = proto
    self.name = name
    self.opset = opset
  }

  /// The name of the first output.
  var output: String { proto.output.first ?? "" }

  /// The name of an input; `nil` when it is left out.
  func input(_ index: Int) -> String? {
    guard index < proto.input.count, !proto.input[index].isEmpty else { return nil }
    return proto.input[index]
  }

  /// The name of an input that must be there.
  func required(_ index: Int) throws -> String {
    guard let name = input(index) else { throw NetworkError("lacks input \(index + 1)") }
    return name
  }

  private func attribute(
    _ name: String, _ type: Onnx_AttributeProto.AttributeType,
    holds: (Onnx_AttributeProto) -> Bool
  ) throws -> Onnx_AttributeProto? {
    guard let attribute = proto.attribute.first(where: { $0.name == name }) else { return nil }
    // Old files leave the type out.
    guard attribute.type == type || (attribute.type == .undefined && holds(attribute)),
      attribute.refAttrName.isEmpty
    else {
      throw NetworkError("has an attribute '\(name)' of the wrong type")
    }
    return attribute
  }

  func has(_ name: String) -> Bool { proto.attribute.contains { $0.name == name } }

  func integer(_ name: String) throws -> Int? {
    try attribute(name, .int) { $0.hasI }.map { Int($0.i) }
  }

  func integers(_ name: String) throws -> [Int]? {
    try attribute(name, .ints) { !$0.ints.isEmpty }?.ints.map { Int($0) }
  }

  func float(_ name: String) throws -> Float? {
    try attribute(name, .float) { $0.hasF }?.f
  }

  /// The shortest decimal of a float: 1e-5 is meant, not 9.99999974e-06.
  func decimal(_ name: String) throws -> Double? {
    try float(name).map { Double("\($0)") ?? Double($0) }
  }

  /// The `epsilon` of a normalisation.
  func epsilon() throws -> Double {
    let epsilon = try decimal("epsilon") ?? 1e-5
    guard epsilon.isFinite, epsilon >= 0 else { throw NetworkError("has epsilon = \(epsilon)") }
    return epsilon
  }

  func floats(_ name: String) throws -> [Float]? {
    try attribute(name, .floats) { !$0.floats.isEmpty }?.floats
  }

  func string(_ name: String) throws -> String? {
    try attribute(name, .string) { $0.hasS }.map { String(decoding: $0.s, as: UTF8.self) }
  }

  func tensor(_ name: String) throws -> Tensor? {
    try attribute(name, .tensor) { $0.hasT }.map { try TensorDecoder.decode($0.t, name: name) }
  }

  /// A flag, 0 or 1.
  func flag(_ name: String, default value: Bool = false) throws -> Bool {
    guard let number = try integer(name) else { return value }
    guard number == 0 || number == 1 else {
      throw NetworkError("has the attribute \(name) = \(number); 0 or 1 is possible")
    }
    return number == 1
  }

  /// Refuses subgraphs and attributes that the importer does not know, as they may change the meaning.
  func checkAttributes(_ known: [String]) throws {
    for attribute in proto.attribute {
      guard known.contains(attribute.name) else {
        if attribute.hasG || !attribute.graphs.isEmpty { throw Self.subgraph }
        throw NetworkError(
          "has the attribute '\(attribute.name)', which Winnow does not know for this operator")
      }
    }
  }

  var hasSubgraph: Bool { proto.attribute.contains { $0.hasG || !$0.graphs.isEmpty } }

  static let subgraph = NetworkError(
    "holds a subgraph; Winnow reads flat graphs: export the model without control flow")
}
