import WinnowFixedPoint
import WinnowNetworkIR

/// The network of a description, layer by layer.
struct DescriptionBuilder {
  static let input = "input"

  private var built: Network
  /// The network's types so far.
  private var types: [String: TensorType] = [:]
  /// The value that carries each layer's result.
  private var results: [String: String] = [:]

  init(name: String, inputs: Int, type: FixedPointType) throws {
    let element = ElementType.fixed(fraction: type.fraction)
    built = Network(name: name, inputs: [.init(Self.input, TensorType([.fixed(inputs)], element))])
    types[Self.input] = built.inputs[0].type
    let cast = "\(Self.input)/cast"
    try append(cast, Quantize(type), [Self.input])
    results[Self.input] = cast
  }

  // MARK: Layers

  mutating func add(layer fields: DescriptionFields) throws {
    let name = try fields.string("name")
    let operation = try fields.string("op")
    let layer = DescriptionFields(
      renaming: fields, to: "layer '\(name.prefix(80))' (\(operation.prefix(40)))")
    guard !name.isEmpty, types[name] == nil, results[name] == nil else {
      throw layer.wrong("its name is empty or taken")
    }
    guard let importer = DescriptionLayer.all[operation] else {
      throw layer.wrong(
        "the operator is not known; known are \(DescriptionLayer.all.keys.sorted().joined(separator: ", "))")
    }
    let inputs = try layer.strings("inputs")
    guard inputs.count == importer.inputs else {
      throw layer.wrong("it has \(inputs.count) inputs; there must be \(importer.inputs)")
    }
    let values = try inputs.map { input in
      guard let value = results[input] else {
        throw layer.wrong("its input '\(input.prefix(80))' is no earlier layer")
      }
      return value
    }
    do {
      try importer.add(&self, layer, name, values)
    } catch let error as NetworkError where !error.message.hasPrefix(layer.place) {
      throw layer.wrong(error.message)
    }
    results[name] = name
  }

  /// Checks an output's layer, its count and its step.
  func check(_ fields: DescriptionFields, _ output: ModelDescription.Output) throws {
    guard output.layer != Self.input, let value = results[output.layer], let type = types[value] else {
      throw fields.wrong("its layer '\(output.layer.prefix(80))' does not exist")
    }
    let count = type.sizes?.reduce(1, *)
    if fields.has("n"), try fields.integer("n") != count {
      throw fields.wrong(
        "it has \(try fields.integer("n")) elements; the layer '\(output.layer)' has \(count ?? 0)")
    }
    if let stated = try fields.optionalType("type"), type.element != .fixed(fraction: stated.fraction) {
      throw fields.wrong(
        "its type \(stated) has another step than the layer '\(output.layer)' (\(type.element))")
    }
  }

  func network(outputs: [String]) throws -> Network {
    var network = built
    for output in outputs where !network.outputs.contains(output) { network.outputs.append(output) }
    try network.verify()
    return network
  }

  // MARK: Parts of a layer

  func shape(_ value: String) -> [Int] { types[value]?.sizes ?? [] }

  /// A value in a shape: itself, or reshaped for the layer.
  mutating func value(_ value: String, shape: [Int], for layer: String, part: String = "input") throws
    -> String
  {
    let own = self.shape(value)
    if own == shape { return value }
    guard own.reduce(1, *) == shape.reduce(1, *) else {
      throw NetworkError("its input has the shape \(own); \(shape) is needed")
    }
    return try append("\(layer)/\(part)", Reshape(shape), [value])
  }

  mutating func constant(_ name: String, _ tensor: Tensor) throws -> String {
    guard types.updateValue(tensor.type, forKey: name) == nil else {
      throw NetworkError("the name '\(name)' is taken")
    }
    built.constants[name] = tensor
    return name
  }

  /// A node; its value has its name.
  @discardableResult
  mutating func append(_ name: String, _ operation: any Operator, _ inputs: [String]) throws -> String {
    let type = try operation.infer(inputs.map { types[$0]! })[0]
    guard types.updateValue(type, forKey: name) == nil, results[name] == nil else {
      throw NetworkError("the name '\(name)' is taken")
    }
    built.nodes.append(Node(name, operation, inputs: inputs, outputs: [name]))
    return name
  }

  /// The last operator of a layer and the conversion to its result type, if it states one.
  mutating func finish(
    _ layer: DescriptionFields, _ name: String, part: String, _ operation: any Operator, _ inputs: [String]
  ) throws {
    guard let result = try layer.optionalType("result_type") else {
      try append(name, operation, inputs)
      return
    }
    try append(name, Quantize(result), [append("\(name)/\(part)", operation, inputs)])
  }
}
