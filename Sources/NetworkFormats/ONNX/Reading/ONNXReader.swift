import WinnowONNXSchema
import WinnowNetworkIR

/// ONNX bytes to a verified network.
///
/// Steps: protobuf, model checks, nodes in topological order, one importer per node
/// (`Importers/`), names.
enum ONNXReader {
  /// Operator sets of the default domain whose meanings the importers know.
  static let opsets = 7...28

  static func read(_ bytes: [UInt8]) throws -> Network {
    try read(ONNXFile.decode(bytes))
  }

  static func read(_ model: Onnx_ModelProto) throws -> Network {
    guard model.hasGraph else {
      throw NetworkError("the file is neither ONNX with a graph nor an hls4ml model description")
    }
    let graph = model.graph
    guard graph.sparseInitializer.isEmpty else {
      throw NetworkError(
        "the graph has sparse initialisers, which Winnow does not read; store them dense (onnx.numpy_helper)")
    }
    var importing = GraphImport(opsets: try opsets(of: model))
    importing.reserve(graph)
    for initialiser in graph.initializer {
      try importing.add(initialiser: initialiser)
    }
    let notes = try InputNotes.all(in: model)
    for input in graph.input where importing.initialisers[input.name] == nil {
      try importing.add(input: GraphInput(input, notes: notes[input.name]))
    }
    let nodes = graph.node
    for index in try TopologicalOrder(nodes).indices {
      try importing.add(node: nodes[index], at: index)
    }
    return try importing.network(
      name: graph.hasName ? graph.name : "network", outputs: graph.output.map(\.name))
  }

  /// The versions of the domains that matter, by canonical domain.
  private static func opsets(of model: Onnx_ModelProto) throws -> [String: Int] {
    var versions: [String: Int] = [:]
    for opset in model.opsetImport {
      versions[OperatorKey.canonical(domain: opset.domain)] = Int(opset.version)
    }
    let usesDefault = model.graph.node.contains {
      OperatorKey.canonical(domain: $0.domain).isEmpty && $0.opType != "Constant"
    }
    guard let version = versions[""] else {
      guard !usesDefault else {
        throw NetworkError("the file names no version of the ONNX operators (opset_import is missing)")
      }
      return versions
    }
    guard !usesDefault || opsets.contains(version) else {
      throw NetworkError(
        "the file uses version \(version) of the ONNX operators; Winnow reads \(opsets.lowerBound) to \(opsets.upperBound): convert it with onnx.version_converter"
      )
    }
    return versions
  }
}

/// An operator's name with its domain; the spellings of one domain are one.
struct OperatorKey: Hashable {
  var domain: String
  var name: String

  static let quantised = "qonnx"
  static let winnow = "org.winnow"

  static func canonical(domain: String) -> String {
    switch domain {
    case "", "ai.onnx": ""
    case "qonnx.custom_op.general", "onnx.brevitas", "finn.custom_op.general": quantised
    default: domain
    }
  }
}
