import WinnowONNXSchema
import Foundation
import WinnowNetworkIR

/// A network to ONNX bytes that ``ONNXReader`` turns back into the same network.
enum ONNXWriter {
  /// The version of the operators that files name, unless an operator came later.
  static let opset = 13

  /// The version of the file format that came with a version of the operators, 8 at least.
  static func irVersion(opset: Int) -> Int { opset <= 18 ? 8 : opset <= 20 ? 9 : 10 }

  static func write(_ network: Network) throws -> [UInt8] {
    var export = try GraphExport(network)
    return try ONNXFile.encode(export.model())
  }
}

/// A network while it is being written.
struct GraphExport {
  let network: Network
  private(set) var types: [String: TensorType]
  /// The version of ONNX's operators in this file.
  let opset: Int
  /// What the file's tensors hold, which ONNX's own type rules go by.
  private(set) var wires: [String: Onnx_TensorProto.DataType] = [:]
  /// For each node its form as a standard operator, if there is one.
  private var forms: [StandardForm?] = []
  /// Fixed-point constants that the reader derives from float initialisers.
  private var derived: Set<String> = []
  private var graph = Onnx_GraphProto()
  private var names = UniqueNames()
  private var nodeNames = UniqueNames()
  private var domains: Set<String> = []

  init(_ network: Network) throws {
    self.network = network
    let types = try network.verify()
    self.types = types
    opset = network.nodes.map { StandardForm.opset(of: $0, types) }.max() ?? ONNXWriter.opset
    for name in types.keys { names.reserve(name) }
    guard types[""] == nil, network.nodes.allSatisfy({ !$0.name.isEmpty }) else {
      throw NetworkError(
        "the network '\(network.name)' has a value or a node without a name; ONNX cannot hold it")
    }
    for node in network.nodes { nodeNames.reserve(node.name) }
    for input in network.inputs { wires[input.name] = Self.wire(input.type.element) }
    for (name, constant) in network.constants { wires[name] = Self.wire(constant.elementType) }
    for node in network.nodes {
      let form = StandardForm.of(node, self)
      forms.append(form)
      for output in node.outputs {
        let element = types[output]!.element
        // Real functions of exact values are double precision here, but floats by ONNX's rules.
        let own = element == .float64 ? .float : Self.wire(element)
        let standard = form.map { $0.wire ?? wires[node.inputs[0]]! }
        wires[output] = element == .integer ? .int64 : standard ?? own
      }
    }
    derived = findDerived()
  }

  mutating func model() throws -> Onnx_ModelProto {
    graph.name = network.name
    var model = Onnx_ModelProto()
    model.irVersion = Int64(ONNXWriter.irVersion(opset: opset))
    model.producerName = "winnow"
    for input in network.inputs {
      graph.input.append(try information(input.name, input.type))
      if let notes = notes(input) {
        var entry = Onnx_StringStringEntryProto()
        entry.key = InputNotes.prefix + input.name
        entry.value = notes
        model.metadataProps.append(entry)
      }
    }
    for (name, constant) in network.constants.sorted(by: { $0.key < $1.key }) {
      try add(constant: constant, name: name)
    }
    for (node, form) in zip(network.nodes, forms) { try add(node, form) }
    graph.output = try network.outputs.map { try information($0, types[$0]!) }
    model.graph = graph
    model.opsetImport = [Self.operatorSet("", opset)] + domains.sorted().map { Self.operatorSet($0, 1) }
    return model
  }

  private static func operatorSet(_ domain: String, _ version: Int) -> Onnx_OperatorSetIdProto {
    var set = Onnx_OperatorSetIdProto()
    set.domain = domain
    set.version = Int64(version)
    return set
  }

  // MARK: Values

  static func wire(_ element: ElementType) -> Onnx_TensorProto.DataType {
    switch element {
    case .float32, .fixed: .float
    case .float64: .double
    case .integer: .int64
    case .boolean: .bool
    }
  }

  private func information(_ name: String, _ type: TensorType) throws -> Onnx_ValueInfoProto {
    var info = Onnx_ValueInfoProto()
    info.name = name
    var tensor = Onnx_TypeProto.Tensor()
    tensor.elemType = Int32((wires[name] ?? Self.wire(type.element)).rawValue)
    tensor.shape = Onnx_TensorShapeProto()
    for dimension in type.shape {
      var extent = Onnx_TensorShapeProto.Dimension()
      switch dimension {
      case .fixed(let size): extent.dimValue = Int64(size)
      case .symbol(let symbol, _):
        guard !symbol.isEmpty else { throw NetworkError("the value '\(name)' has a symbol without a name") }
        extent.dimParam = symbol
      }
      tensor.shape.dim.append(extent)
    }
    info.type.tensorType = tensor
    return info
  }

  private func notes(_ input: Network.Input) -> String? {
    var notes = InputNotes()
    if case .fixed(let fraction) = input.type.element { notes.fraction = fraction }
    for (axis, dimension) in input.type.shape.enumerated() {
      guard case .symbol(_, let bound?) = dimension else { continue }
      notes.bounds = (notes.bounds ?? [:]).merging(["\(axis)": bound]) { $1 }
    }
    return notes.encoded
  }

  // MARK: Constants

  /// Constants whose every reader is written as a standard operator that makes floats beside exact
  /// values exact again, with the same step.
  private func findDerived() -> Set<String> {
    var readers: [String: [Int]] = [:]
    for (index, node) in network.nodes.enumerated() {
      for input in Set(node.inputs) { readers[input, default: []].append(index) }
    }
    var derived: Set<String> = []
    for (name, constant) in network.constants {
      guard case .fixed(let values, let fraction) = constant.elements, !network.outputs.contains(name),
        let floats = Self.floats(values, fraction: fraction),
        Tensor(constant.shape, .float32(floats)).exactlyFixed == constant,
        let nodes = readers[name], nodes.allSatisfy(makesConstantsExact)
      else { continue }
      derived.insert(name)
    }
    return derived
  }

  private func makesConstantsExact(_ index: Int) -> Bool {
    let node = network.nodes[index]
    guard forms[index] != nil, StandardForm.matchesExactness(node.operation) else { return false }
    let others = node.inputs.filter { network.constants[$0] == nil }
    return !others.isEmpty && others.allSatisfy { !types[$0]!.element.isFloat }
  }

  /// Mantissas as floats, if all are exact.
  private static func floats(_ mantissas: [Int128], fraction: Int) -> [Float]? {
    guard (-126...126).contains(fraction) else { return nil }
    let step = Float(sign: .plus, exponent: -fraction, significand: 1)
    var floats: [Float] = []
    floats.reserveCapacity(mantissas.count)
    for mantissa in mantissas {
      guard let whole = Float(exactly: mantissa) else { return nil }
      let value = whole * step
      guard value / step == whole, value.isFinite else { return nil }
      floats.append(value)
    }
    return floats
  }

  /// Whether the reader would make a float among these operands exact, which it is not here.
  func losesFloats(_ inputs: [String]) -> Bool {
    let operands = inputs.map { (constant: network.constants[$0], type: types[$0]!) }
    guard operands.contains(where: { !$0.type.element.isFloat }),
      operands.allSatisfy({ !$0.type.element.isFloat || $0.constant != nil })
    else { return false }
    return operands.contains { $0.type.element.isFloat && $0.constant?.exactlyFixed != nil }
  }

  private mutating func add(constant: Tensor, name: String) throws {
    guard case .fixed(let mantissas, let fraction) = constant.elements else {
      return add(initialiser: name, constant)
    }
    if derived.contains(name), let floats = Self.floats(mantissas, fraction: fraction) {
      return add(initialiser: name, Tensor(constant.shape, .float32(floats)))
    }
    let integers = try mantissas.map { mantissa in
      guard let integer = Int64(exactly: mantissa) else {
        throw NetworkError(
          "the constant '\(name)' has a mantissa of more than 64 bits, which ONNX cannot hold")
      }
      return integer
    }
    guard GraphImport.fractions.contains(fraction) else {
      throw NetworkError("the constant '\(name)' has \(fraction) fraction bits, too many for a file")
    }
    let stored = parameter("\(name)/mantissas", Tensor(constant.shape, .integer(integers)))
    var node = Onnx_NodeProto()
    node.name = nodeNames.fresh("\(name)/fixed")
    node.opType = Importer.fixedPointConstant
    node.domain = OperatorKey.winnow
    node.input = [stored]
    node.output = [name]
    node.attribute = [.integer(Importer.fraction, fraction)]
    domains.insert(OperatorKey.winnow)
    graph.node.append(node)
  }

  private mutating func add(initialiser name: String, _ tensor: Tensor) {
    var proto = Onnx_TensorProto()
    proto.name = name
    proto.dims = tensor.shape.map { Int64($0) }
    proto.dataType = Int32(Self.wire(tensor.elementType).rawValue)
    var bytes: [UInt8] = []
    func append<Word: FixedWidthInteger>(_ words: some Sequence<Word>) {
      for word in words {
        for shift in stride(from: 0, to: Word.bitWidth, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
    }
    switch tensor.elements {
    case .float32(let values): append(values.lazy.map(\.bitPattern))
    case .float64(let values): append(values.lazy.map(\.bitPattern))
    case .integer(let values): append(values)
    case .boolean(let values): append(values.lazy.map { $0 ? UInt8(1) : 0 })
    case .fixed: preconditionFailure("fixed point has no initialisers of its own")
    }
    proto.rawData = Data(bytes)
    graph.initializer.append(proto)
  }

  /// An initialiser that sets an attribute of a node.
  mutating func parameter(_ base: String, _ tensor: Tensor) -> String {
    let name = names.fresh(base)
    add(initialiser: name, tensor)
    return name
  }

  // MARK: Nodes

  private mutating func add(_ node: Node, _ form: StandardForm?) throws {
    var proto = Onnx_NodeProto()
    proto.name = node.name
    proto.input = node.inputs
    proto.output = node.outputs
    if let form {
      proto.opType = form.operation
      proto.domain = form.domain
      proto.attribute = form.attributes
      for extra in form.parameters {
        proto.input.append(extra.map { parameter("\(node.name)/\($0.label)", $0.tensor) } ?? "")
      }
    } else {
      proto.opType = node.operation.name
      proto.domain = OperatorKey.winnow
      proto.attribute = [.string(Importer.parameters, try Self.json(node.operation))]
    }
    if !proto.domain.isEmpty { domains.insert(proto.domain) }
    graph.node.append(proto)
  }

  private static func json(_ operation: any Operator) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(operation), as: UTF8.self)
  }
}

extension Onnx_AttributeProto {
  private init(_ name: String, _ type: AttributeType) {
    self.init()
    self.name = name
    self.type = type
  }

  static func integer(_ name: String, _ value: Int) -> Self {
    var attribute = Self(name, .int)
    attribute.i = Int64(value)
    return attribute
  }

  static func flag(_ name: String, _ value: Bool) -> Self { integer(name, value ? 1 : 0) }

  static func integers(_ name: String, _ values: [Int]) -> Self {
    var attribute = Self(name, .ints)
    attribute.ints = values.map { Int64($0) }
    return attribute
  }

  static func float(_ name: String, _ value: Float) -> Self {
    var attribute = Self(name, .float)
    attribute.f = value
    return attribute
  }

  static func string(_ name: String, _ value: String) -> Self {
    var attribute = Self(name, .string)
    attribute.s = Data(value.utf8)
    return attribute
  }
}
