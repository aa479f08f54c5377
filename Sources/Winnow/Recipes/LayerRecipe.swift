import WinnowNetworkIR

/// One layer of a recipe's list: its kind with the main number, and further keys.
///
///     layers:
///       - convolution: 16
///         kernel: [3, 3]
///         padding: same
///       - relu
///       - {dense: 32, initializer: he_uniform, name: code}
///       - {dense: 10, from: code}
struct LayerRecipe: Sendable {
  enum Activation: Sendable {
    case none, relu, leakyRelu(Double), elu(Double), softmax, logSoftmax
    case function(RealFunction.Function)
  }

  enum Kind: String, CaseIterable {
    case dense, convolution, flatten, dropout, upsample, reshape, transpose, pad, slice, concatenate
    case activation, scale
    case convolutionTranspose = "convolution_transpose"
    case maximumPool = "maximum_pool"
    case averagePool = "average_pool"
    case globalAveragePool = "global_average_pool"
    case batchNormalization = "batch_normalization"
    case layerNormalization = "layer_normalization"
    case groupNormalization = "group_normalization"
    case add, multiply, maximum, mean, sum
  }

  let name: String?
  private let from: String?
  private let place: RecipeValue
  private let build:
    @Sendable (NetworkBuilder.Value, [String: NetworkBuilder.Value]) throws -> NetworkBuilder.Value

  private static let common = ["name", "from"]

  private static func keys(_ kind: Kind) -> [String] {
    switch kind {
    case .dense: ["initializer", "bias"]
    case .convolution, .convolutionTranspose:
      ["kernel", "strides", "padding", "dilations", "groups", "initializer", "bias"]
    case .maximumPool, .averagePool: ["strides", "padding"]
    case .batchNormalization, .layerNormalization, .groupNormalization: ["epsilon"]
    case .slice, .concatenate, .maximum, .mean, .sum: ["axis"]
    default: []
    }
  }

  init(_ value: RecipeValue) throws {
    place = value
    guard value.isTable else {
      (name, from) = (nil, nil)
      let text = try value.string()
      if let kind = Kind(rawValue: text),
        [.flatten, .globalAveragePool, .batchNormalization, .layerNormalization].contains(kind)
      {
        build = try Self.layer(kind, value, RecipeTable(emptyAt: value), nil)
      } else {
        let activation = try Activation(value)
        build = { input, _ in activation.append(to: input, name: nil) }
      }
      return
    }
    let kinds = Kind.allCases.map(\.rawValue)
    let activations = ["leaky_relu", "elu"]
    let all = kinds + activations + Self.common(of: Kind.allCases)
    let given = try RecipeTable(value, keys: Self.common + all)
    let named = try value.table().map(\.key).filter { kinds.contains($0) || activations.contains($0) }
    // `mean` and others take an axis; a layer's kind is the key that comes first.
    guard let word = named.first else {
      throw value.error("names no layer; give one of \(kinds.joined(separator: ", "))")
    }
    name = try given.string("name")
    from = try given.string("from")
    let main = try value.table().first { $0.key == word }!.value
    guard let kind = Kind(rawValue: word) else {
      _ = try RecipeTable(value, keys: Self.common + [word])
      let number = main.isNull ? nil : try main.number()
      let activation: Activation = word == "elu" ? .elu(number ?? 1) : .leakyRelu(number ?? 0.3)
      let name = name
      build = { input, _ in activation.append(to: input, name: name) }
      return
    }
    let table = try RecipeTable(value, keys: Self.common + [word] + Self.keys(kind))
    build = try Self.layer(kind, main, table, name)
  }

  /// Adds the layer behind a value, or behind the one that it names.
  func append(
    to last: NetworkBuilder.Value, _ values: [String: NetworkBuilder.Value]
  ) throws -> NetworkBuilder.Value {
    guard let from else { return try build(last, values) }
    guard let input = values[from] else {
      throw place.error("comes from '\(from)', which is the name of no input or earlier layer")
    }
    return try build(input, values)
  }

  private typealias Build =
    @Sendable (NetworkBuilder.Value, [String: NetworkBuilder.Value]) throws -> NetworkBuilder.Value

  private static func layer(
    _ kind: Kind, _ main: RecipeValue, _ table: RecipeTable, _ name: String?
  ) throws -> Build {
    func sizes(_ key: String) throws -> [Int]? {
      try table[key]?.elements.map { try $0.integer(1...1 << 20) }
    }
    let initializer = try table["initializer"].map(Initializer.read) ?? .glorotUniform
    let bias: Initializer? = try table.bool("bias") ?? true ? .zeros : nil
    let axis = try table["axis"]?.integer(-8...8) ?? -1
    let epsilon = try table.number("epsilon")
    switch kind {
    case .dense:
      let units = try main.integer(1...1 << 20)
      return { input, _ in input.dense(units, weights: initializer, bias: bias, name: name) }
    case .convolution, .convolutionTranspose:
      let filters = try main.integer(1...1 << 20)
      let kernel = try table.required("kernel").elements.map { try $0.integer(1...4096) }
      let (strides, dilations) = (try sizes("strides"), try sizes("dilations"))
      let groups = try table.integer("groups", 1...1 << 20) ?? 1
      let padding = try padding(table)
      if kind == .convolution {
        return { input, _ in
          input.convolution(
            filters, kernel: input.spread(kernel), strides: strides.map(input.spread),
            padding: padding, dilations: dilations.map(input.spread), groups: groups, weights: initializer,
            bias: bias, name: name)
        }
      }
      return { input, _ in
        input.convolutionTranspose(
          filters, kernel: input.spread(kernel), strides: strides.map(input.spread),
          padding: padding, dilations: dilations.map(input.spread), groups: groups, weights: initializer,
          bias: bias, name: name)
      }
    case .maximumPool, .averagePool:
      let kernel = try main.elements.map { try $0.integer(1...4096) }
      let (strides, padding) = (try sizes("strides"), try padding(table))
      if kind == .maximumPool {
        return { input, _ in
          input.maximumPooled(
            input.spread(kernel), strides: strides.map(input.spread), padding: padding, name: name)
        }
      }
      return { input, _ in
        input.averagePooled(
          input.spread(kernel), strides: strides.map(input.spread), padding: padding, name: name)
      }
    case .globalAveragePool: return { input, _ in input.globalAveragePooled(name: name) }
    case .batchNormalization:
      return { input, _ in input.batchNormalized(epsilon: epsilon ?? 1e-3, name: name) }
    case .layerNormalization:
      return { input, _ in input.layerNormalized(epsilon: epsilon ?? 1e-3, name: name) }
    case .groupNormalization:
      let groups = try main.integer(1...1 << 20)
      return { input, _ in
        input.groupNormalized(groups: groups, epsilon: epsilon ?? 1e-3, name: name)
      }
    case .flatten: return { input, _ in input.flattened(name: name) }
    case .dropout:
      let rate = try main.number()
      guard rate >= 0, rate < 1 else { throw main.error("is \(rate); give a share from 0 to below 1") }
      return { input, _ in input.dropout(rate, name: name) }
    case .upsample:
      let factors = try main.elements.map { try $0.integer(1...4096) }
      return { input, _ in input.upsampled(input.spread(factors), name: name) }
    case .reshape:
      let shape = try main.list().map { try $0.integer(-1...1 << 30) }
      return { input, _ in input.reshaped([0] + shape, name: name) }
    case .transpose:
      let axes = try main.list().map { try $0.integer(0...8) }
      return { input, _ in input.transposed(axes, name: name) }
    case .pad:
      let padding = try main.list().map { try $0.integer(0...1 << 20) }
      return { input, _ in input.padded(padding, name: name) }
    case .slice:
      let bounds = try main.list().map { try $0.integer(0...1 << 30) }
      guard bounds.count == 2, bounds[0] < bounds[1] else {
        throw main.error("must be [first, end], the first below the end")
      }
      return { input, _ in input.sliced(bounds[0]..<bounds[1], axis: axis, name: name) }
    case .scale:
      let factor = try main.number()
      return { input, _ in input.combined(.multiply, with: factor, name: name) }
    case .activation:
      let activation = try Activation(main)
      return { input, _ in activation.append(to: input, name: name) }
    case .concatenate, .add, .multiply:
      let others = try main.elements.map { (place: $0, name: try $0.string()) }
      return { input, values in
        try others.enumerated().reduce(input) { result, next in
          let (place, other) = next
          // With several, the last one's result is the layer's.
          let name = place == others.count - 1 ? name : nil
          guard let value = values[other.name] else {
            throw other.place.error("is the name of no input or earlier layer")
          }
          switch kind {
          case .add: return result.combined(.add, with: value, name: name)
          case .multiply: return result.combined(.multiply, with: value, name: name)
          default: return result.applying(Concatenate(axis: axis), and: [value], name: name)
          }
        }
      }
    case .maximum, .mean, .sum:
      let function: Reduce.Function = kind == .maximum ? .maximum : kind == .mean ? .mean : .sum
      let axes = try main.elements.map { try $0.integer(-8...8) }
      return { input, _ in
        input.applying(Reduce(function, axes: axes, keepsAxes: false), name: name)
      }
    }
  }

  private static func padding(_ table: RecipeTable) throws -> ImagePadding {
    guard let value = table["padding"] else { return .valid }
    if case .list(let sizes) = value.content { return .explicit(try sizes.map { try $0.integer(0...4096) }) }
    switch try value.string() {
    case "valid": return .valid
    case "same": return .same
    case let text: throw value.unknown(text, among: ["valid", "same"])
    }
  }

  private static func common(of kinds: [Kind]) -> [String] { Array(Set(kinds.flatMap(keys))).sorted() }
}

extension NetworkBuilder.Value {
  /// A single number stands for every axis of an image `[batch, channels, rows, …]`.
  fileprivate func spread(_ sizes: [Int]) -> [Int] {
    guard sizes.count == 1, let shape, shape.count > 3 else { return sizes }
    return Array(repeating: sizes[0], count: shape.count - 2)
  }
}

extension LayerRecipe.Activation {
  private static let functions: [(name: String, function: RealFunction.Function)] = [
    ("sigmoid", .sigmoid), ("tanh", .tanh), ("exp", .exp), ("gelu", .gelu),
    ("gelu_tanh", .geluTanh), ("silu", .silu), ("swish", .silu), ("selu", .selu), ("mish", .mish),
    ("softplus", .softplus), ("softsign", .softsign),
  ]

  init(_ value: RecipeValue) throws {
    let text = try value.string()
    switch text {
    case "none", "linear": self = .none
    case "relu": self = .relu
    case "leaky_relu": self = .leakyRelu(0.3)
    case "elu": self = .elu(1)
    case "softmax": self = .softmax
    case "log_softmax": self = .logSoftmax
    default:
      guard let found = Self.functions.first(where: { $0.name == text }) else {
        let kinds = LayerRecipe.Kind.allCases.map(\.rawValue)
        throw value.unknown(
          text,
          among: ["none", "relu", "leaky_relu", "elu", "softmax", "log_softmax"]
            + Self.functions.map(\.name) + (value.path.contains("layers") ? kinds : []))
      }
      self = .function(found.function)
    }
  }

  func append(to value: NetworkBuilder.Value, name: String?) -> NetworkBuilder.Value {
    switch self {
    case .none: value
    case .relu: value.relu(name: name)
    case .leakyRelu(let slope): value.leakyRelu(slope, name: name)
    case .elu(let alpha): value.elu(alpha: alpha, name: name)
    case .softmax: value.softmax(name: name)
    case .logSoftmax: value.logSoftmax(name: name)
    case .function(let function): value.applying(function, name: name)
    }
  }
}
