import WinnowONNXSchema
import WinnowNetworkIR

/// A network while it is being read: constants, types of values so far, and nodes whose names of
/// constants are still open.
///
/// Importers take operands, make forms of constants, and emit nodes. An initialiser that only sets
/// an attribute (a shape, a scale) does not become a constant of the network.
struct GraphImport {
  /// Fraction bits that a value may have; exact products double them, so that a limit is needed.
  static let fractions = -4096...4096

  /// Versions of the operator sets by domain.
  let opsets: [String: Int]
  /// Initialisers and the results of `Constant` nodes.
  private(set) var initialisers: [String: Tensor] = [:]
  private var inputs: [Network.Input] = []
  private var types: [String: TensorType] = [:]
  private var aliases: [String: Operand.Source] = [:]
  private var forms: [Operand.Source: Tensor] = [:]
  /// Forms of each constant that nodes read, in order of first use.
  private var used: [String: [String]] = [:]
  private var parameters: Set<String> = []
  private var nodes: [PendingNode] = []
  private var values = UniqueNames()
  private var nodeNames = UniqueNames()
  private var ownNames: [String] = []

  init(opsets: [String: Int]) { self.opsets = opsets }

  /// Keeps the file's names for the file's own nodes and values.
  mutating func reserve(_ graph: Onnx_GraphProto) {
    for name in graph.initializer.map(\.name) + graph.input.map(\.name) { values.reserve(name) }
    ownNames = []
    var taken: Set<String> = []
    for node in graph.node {
      for name in node.output { values.reserve(name) }
      // The first node of a name keeps it; the others are renamed after all of these.
      let name = node.name.isEmpty ? node.output.first ?? "" : node.name
      ownNames.append(taken.insert(name).inserted && !name.isEmpty ? name : "")
      nodeNames.reserve(name)
    }
    nodeNames.reserve("")
    for (index, node) in graph.node.enumerated() where ownNames[index].isEmpty {
      let base = node.name.isEmpty ? node.output.first { !$0.isEmpty } ?? "node" : node.name
      ownNames[index] = nodeNames.fresh(base)
    }
  }

  // MARK: Content of the file

  mutating func add(initialiser: Onnx_TensorProto) throws {
    let name = initialiser.name
    guard !name.isEmpty else { throw NetworkError("an initialiser has no name") }
    try define(name, try TensorDecoder.decode(initialiser, name: name))
  }

  /// A constant with a name of the file.
  mutating func define(_ name: String, _ tensor: Tensor) throws {
    guard initialisers.updateValue(tensor, forKey: name) == nil, types[name] == nil else {
      throw NetworkError("two values are named '\(name)'")
    }
  }

  mutating func add(input: GraphInput) throws {
    guard types.updateValue(input.type, forKey: input.name) == nil else {
      throw NetworkError("two values are named '\(input.name)'")
    }
    try Self.check(input.type, of: input.name)
    inputs.append(.init(input.name, input.type))
  }

  mutating func add(node proto: Onnx_NodeProto, at index: Int) throws {
    let key = OperatorKey(
      domain: OperatorKey.canonical(domain: proto.domain), name: proto.opType)
    let node = ImportedNode(proto, name: ownNames[index], opset: opsets[key.domain] ?? 1)
    do {
      let importer = try Importer.of(key, node)
      try importer.run(&self, node)
    } catch {
      throw NetworkError("node '\(node.name)' (\(proto.opType)): \(error)")
    }
  }

  // MARK: Operands

  /// The operand of a name in the file.
  func operand(_ name: String) throws -> Operand {
    if let source = aliases[name] { return operand(source) }
    if initialisers[name] != nil { return operand(.constant(name, form: "")) }
    guard let type = types[name] else { throw NetworkError("reads '\(name)', which nothing computes") }
    return Operand(source: .value(name), type: type)
  }

  func operand(_ source: Operand.Source) -> Operand {
    switch source {
    case .value(let name): return Operand(source: source, type: types[name]!)
    case .constant(let name, let form):
      let tensor = form.isEmpty ? initialisers[name]! : forms[source]!
      return Operand(source: source, type: tensor.type, tensor: tensor)
    }
  }

  func operand(_ node: ImportedNode, _ index: Int) throws -> Operand {
    try operand(try node.required(index))
  }

  /// All inputs of a node, none of which may be left out.
  func operands(_ node: ImportedNode) throws -> [Operand] {
    try node.proto.input.indices.map { try operand(node, $0) }
  }

  /// The elements of an input that must be constant and does not stay an operand.
  mutating func parameter(_ node: ImportedNode, _ index: Int, _ meaning: String) throws -> Tensor {
    let name = try node.required(index)
    let operand = try operand(name)
    guard let tensor = operand.tensor else {
      throw NetworkError(
        "computes its \(meaning) ('\(name)'); it must be a constant: export with constant folding or fixed shapes"
      )
    }
    if case .constant(let constant, _) = operand.source { parameters.insert(constant) }
    return tensor
  }

  /// The same for an input that may be left out.
  mutating func optionalParameter(
    _ node: ImportedNode, _ index: Int, _ meaning: String
  ) throws -> Tensor? {
    node.input(index) == nil ? nil : try parameter(node, index, meaning)
  }

  /// A parameter of integers, in one dimension or none.
  mutating func integers(_ node: ImportedNode, _ index: Int, _ meaning: String) throws -> [Int]? {
    guard let tensor = try optionalParameter(node, index, meaning) else { return nil }
    guard case .integer(let values) = tensor.elements, tensor.shape.count <= 1 else {
      throw NetworkError("has the \(meaning) \(tensor.type); a list of integers is possible")
    }
    return values.map(Int.init)
  }

  /// A constant in another form, made at its first use.
  mutating func form(
    _ operand: Operand, _ label: String, _ make: (Tensor) throws -> Tensor
  ) rethrows -> Operand {
    guard case .constant(let name, let form) = operand.source, let tensor = operand.tensor else {
      preconditionFailure("only constants have forms")
    }
    let source = Operand.Source.constant(name, form: form.isEmpty ? label : "\(form)/\(label)")
    if forms[source] == nil { forms[source] = try make(tensor) }
    return self.operand(source)
  }

  /// A constant that the file does not hold.
  mutating func constant(_ base: String, _ tensor: Tensor) -> Operand {
    let name = values.fresh(base)
    initialisers[name] = tensor
    return operand(.constant(name, form: ""))
  }

  /// Float constants beside exact operands become exact too: every float is a number of the form
  /// m · 2^−f. One that would need more than 64 bits, or has real company, stays as it is.
  mutating func matchingExactness(_ operands: [Operand]) -> [Operand] {
    guard operands.contains(where: \.isExact),
      operands.allSatisfy({ $0.isExact || $0.isFloatConstant })
    else { return operands }
    return operands.map { operand in
      guard operand.isFloatConstant, let fixed = operand.tensor?.exactlyFixed else { return operand }
      return form(operand, "fixed") { _ in fixed }
    }
  }

  // MARK: Nodes

  /// The node that computes the file's value: it carries the file's names.
  mutating func emit(_ node: ImportedNode, _ operation: any Operator, _ inputs: [Operand]) throws {
    try append(node.name, operation, inputs, outputs: node.proto.output)
  }

  /// A further node that one of the file's needs; its value is named after the file's.
  mutating func emit(
    _ node: ImportedNode, part: String, _ operation: any Operator, _ inputs: [Operand]
  ) throws -> Operand {
    let output = values.fresh("\(node.output)/\(part)")
    try append(nodeNames.fresh("\(node.name)/\(part)"), operation, inputs, outputs: [output])
    return try operand(output)
  }

  /// The node of one of several outputs.
  mutating func emit(
    _ node: ImportedNode, output index: Int, _ operation: any Operator, _ inputs: [Operand]
  ) throws {
    let output = node.proto.output[index]
    let name = index == 0 ? node.name : nodeNames.fresh("\(node.name)/\(output)")
    try append(name, operation, inputs, outputs: [output])
  }

  /// The file's value is another one: no node.
  mutating func alias(_ node: ImportedNode, _ operand: Operand) throws {
    guard !node.output.isEmpty else { return }
    aliases[node.output] = operand.source
  }

  private mutating func append(
    _ name: String, _ operation: any Operator, _ inputs: [Operand], outputs: [String]
  ) throws {
    let results = try operation.infer(inputs.map(\.type))
    guard outputs.count >= results.count, outputs.prefix(results.count).allSatisfy({ !$0.isEmpty })
    else {
      throw NetworkError("names \(outputs.count) outputs; the operator has \(results.count)")
    }
    for (output, type) in zip(outputs, results) {
      try Self.check(type, of: output)
      guard types.updateValue(type, forKey: output) == nil, initialisers[output] == nil else {
        throw NetworkError("two values are named '\(output)'")
      }
    }
    for case .constant(let constant, let form) in inputs.map(\.source)
    where !used[constant, default: []].contains(form) {
      used[constant, default: []].append(form)
    }
    nodes.append(
      PendingNode(
        name: name, operation: operation, inputs: inputs.map(\.source),
        outputs: Array(outputs.prefix(results.count))))
  }

  /// Keeps later arithmetic on sizes and fraction bits in bounds, whatever the file says.
  private static func check(_ type: TensorType, of name: String) throws {
    if case .fixed(let fraction) = type.element, !fractions.contains(fraction) {
      throw NetworkError("the value '\(name)' would have \(fraction) fraction bits; quantise before it")
    }
    var count = 1
    for size in type.shape.compactMap(\.size) {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
      guard size >= 0, !overflow, product <= Network.maximumElements else {
        throw NetworkError(
          "the value '\(name)' has the shape \(type), more than \(Network.maximumElements) elements")
      }
      count = product
    }
  }

  // MARK: The result

  /// Decides all names and checks the whole.
  mutating func network(name: String, outputs: [String]) throws -> Network {
    guard !outputs.isEmpty else { throw NetworkError("the graph has no outputs") }
    var renamed: [String: String] = [:]
    for output in outputs where aliases[output] != nil {
      try materialise(output, outputs, &renamed)
    }
    var network = Network(name: name, inputs: inputs)
    var constantNames: [Operand.Source: String] = [:]
    for (constant, tensor) in initialisers.sorted(by: { $0.key < $1.key }) {
      var kept = used[constant] ?? []
      if outputs.contains(constant), !kept.contains("") { kept.append("") }
      if kept.isEmpty, !parameters.contains(constant) { kept = [""] }
      // Consumers that agree on a form share the constant's name.
      for form in kept.sorted() {
        let source = Operand.Source.constant(constant, form: form)
        let own = kept.count == 1 || form.isEmpty
        let name = own ? constant : values.fresh("\(constant)/\(form)")
        constantNames[source] = name
        network.constants[name] = form.isEmpty ? tensor : forms[source]!
      }
    }
    network.nodes = nodes.map { node in
      Node(
        node.name, node.operation,
        inputs: node.inputs.map { source in
          if case .value(let value) = source { return renamed[value] ?? value }
          return constantNames[source]!
        },
        outputs: node.outputs.map { renamed[$0] ?? $0 })
    }
    network.outputs = outputs
    try network.verify()
    return network
  }

  /// Gives a graph output that is another value a value of its own: the other's node is renamed, or,
  /// if the other is needed under its own name, copied by a reshape to its own shape.
  private mutating func materialise(
    _ output: String, _ outputs: [String], _ renamed: inout [String: String]
  ) throws {
    let source = aliases.removeValue(forKey: output)!
    if case .value(let value) = source, !outputs.contains(value), renamed[value] == nil,
      nodes.contains(where: { $0.outputs.contains(value) })
    {
      renamed[value] = output
      return
    }
    let operand = operand(source)
    try append(
      nodeNames.fresh(output), Reshape(Array(repeating: 0, count: operand.rank)), [operand],
      outputs: [output])
  }
}
