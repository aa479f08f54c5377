import WinnowNetworkFormats
import WinnowNetworkIR

/// Which network is trained: a file, a stack of dense layers, or a list of layers.
struct NetworkRecipe: Sendable {
  enum Source: Sendable {
    case file(String)
    case dense(DenseStack)
    case layers([LayerRecipe], outputs: [String])
  }

  struct DenseStack: Sendable {
    /// The width of the input, then of every layer.
    var widths: [Int]
    var activation: LayerRecipe.Activation
    var outputActivation: LayerRecipe.Activation?
    var normalizes: Bool
    var dropout: Double
    var initializer: Initializer
    var place: String
  }

  var source: Source
  /// The file that is trained on, if it is one.
  var file: String? {
    if case .file(let path) = source { return path }
    return nil
  }
  private let value: RecipeValue

  private static let keys = [
    "file", "dense", "layers", "outputs", "activation", "output_activation", "batch_normalization",
    "dropout", "initializer",
  ]

  init(_ value: RecipeValue, _ files: RecipeFiles) throws {
    self.value = value
    let table = try RecipeTable(value, keys: Self.keys)
    let given = ["file", "dense", "layers"].filter(table.has)
    guard given.count == 1 else {
      throw value.error(
        "\(given.isEmpty ? "says nothing" : "has \(given.joined(separator: " and "))"); give one of file, dense, layers"
      )
    }
    if let file = try table.string("file") {
      _ = try RecipeTable(value, keys: ["file"])
      source = .file(files.path(file))
    } else if let dense = table["dense"] {
      _ = try RecipeTable(value, keys: Self.keys.filter { $0 != "outputs" })
      let widths = try dense.list().map { try $0.integer(1...1 << 20) }
      guard widths.count >= 2 else {
        throw dense.error("has \(widths.count) numbers; give the input's width and each layer's")
      }
      let dropout = try table.number("dropout") ?? 0
      guard dropout >= 0, dropout < 1 else {
        throw value.error("has a dropout of \(dropout); give a share from 0 to below 1")
      }
      source = .dense(
        DenseStack(
          widths: widths,
          activation: try table["activation"].map(LayerRecipe.Activation.init) ?? .relu,
          outputActivation: try table["output_activation"].map(LayerRecipe.Activation.init),
          normalizes: try table.bool("batch_normalization") ?? false, dropout: dropout,
          initializer: try table["initializer"].map(Initializer.read) ?? .glorotUniform,
          place: dense.path))
    } else {
      _ = try RecipeTable(value, keys: ["layers", "outputs"])
      let layers = try table.required("layers").list().map(LayerRecipe.init)
      let outputs = try table["outputs"]?.elements.map { try $0.string() } ?? []
      source = .layers(layers, outputs: outputs)
    }
  }

  /// The float network, or the file's.
  ///
  /// - Parameters:
  ///   - inputs: names and shapes without the events.
  ///   - noise: inputs that a list of layers may read besides.
  func network(
    _ name: String, inputs: [(name: String, shape: [Int])],
    noise: [(name: String, shape: [Int])] = [], seed: UInt64
  ) throws -> Network {
    switch source {
    case .file(let path):
      return try Self.read(path)
    case .dense(let stack):
      guard inputs.count == 1 else {
        throw value.error("takes one input as dense layers; the data have \(inputs.count)")
      }
      let width = inputs[0].shape.reduce(1, *)
      guard width == stack.widths[0] else {
        throw RecipeError(
          "'\(stack.place)' begins with \(stack.widths[0]), and the data's '\(inputs[0].name)' has \(width) numbers per event"
        )
      }
      return try stack.network(name, inputs[0], seed: seed)
    case .layers(let layers, let outputs):
      let builder = NetworkBuilder(name, seed: seed)
      var values: [String: NetworkBuilder.Value] = [:]
      for input in inputs + noise {
        values[input.name] = builder.input(
          input.name, [.batch] + input.shape.map { .fixed($0) })
      }
      var last = values[inputs[0].name]!
      for layer in layers {
        last = try layer.append(to: last, values)
        values[layer.name ?? last.name] = last
        values[last.name] = last
      }
      let results = try outputs.map { name in
        guard let value = values[name] else {
          throw value.error("has the output '\(name)', which is the name of no layer")
        }
        return value
      }
      do { return try builder.network(outputs: results.isEmpty ? [last] : results) } catch {
        throw RecipeError("'network': \(error)".replacing("\n", with: "; "))
      }
    }
  }

  /// A network file, ready for batches of any size.
  static func read(_ path: String) throws -> Network {
    var network = try NetworkFile.read(path: path)
    try makeBatchSymbolic(&network)
    return network
  }

  /// A file whose batch is 1 is trained with any batch.
  private static func makeBatchSymbolic(_ network: inout Network) throws {
    guard network.inputs.allSatisfy({ $0.type.shape.first?.size == 1 }) else { return }
    var changed = network
    for index in changed.inputs.indices {
      let type = changed.inputs[index].type
      changed.inputs[index].type = TensorType([.batch] + type.shape.dropFirst(), type.element)
    }
    do { try changed.verify() } catch {
      throw NetworkError(
        "network '\(network.name)' works for a batch of 1 only (\(error)); export it with a dynamic batch")
    }
    network = changed
  }
}

extension NetworkRecipe.DenseStack {
  fileprivate func network(
    _ name: String, _ input: (name: String, shape: [Int]), seed: UInt64
  ) throws -> Network {
    let builder = NetworkBuilder(name, seed: seed)
    var value = builder.input(input.name, [.batch] + input.shape.map { .fixed($0) })
    if input.shape.count != 1 { value = value.flattened() }
    for (index, width) in widths.dropFirst().enumerated() {
      let isLast = index == widths.count - 2
      value = value.dense(width, weights: initializer, name: isLast ? "output" : "dense_\(index + 1)")
      if isLast {
        if let outputActivation { value = outputActivation.append(to: value, name: nil) }
        continue
      }
      if normalizes { value = value.batchNormalized(epsilon: 1e-3) }
      value = activation.append(to: value, name: nil)
      if dropout > 0 { value = value.dropout(dropout) }
    }
    return try builder.network(outputs: [value])
  }
}

extension Initializer {
  private static let named: [(name: String, initializer: Initializer)] = [
    ("zeros", .zeros), ("ones", .ones), ("glorot_uniform", .glorotUniform),
    ("glorot_normal", .glorotNormal), ("he_uniform", .heUniform), ("he_normal", .heNormal),
    ("lecun_uniform", .lecunUniform), ("lecun_normal", .lecunNormal),
    ("torch_uniform", .torchUniform), ("kaiming_normal", .kaimingNormal),
    ("xavier_normal", .xavierNormal), ("orthogonal", .orthogonal()),
  ]

  static func read(_ value: RecipeValue) throws -> Initializer {
    let text = try value.string()
    if let found = named.first(where: { $0.name == text }) { return found.initializer }
    throw value.unknown(text, among: named.map(\.name))
  }
}
