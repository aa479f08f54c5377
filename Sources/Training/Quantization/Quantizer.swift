import WinnowFixedPoint
import WinnowNetworkIR

/// Puts `Quantize` nodes into a prepared network.
struct Quantizer {
  private(set) var result: Network
  private let source: Network
  private let plan: QuantizationPlan
  private let calibration: Calibration?
  private let types: [String: TensorType]
  /// Values that carry more bits than a format was chosen for.
  private var wide: Set<String> = []
  /// What a value is called now, where an input got a `Quantize` behind it.
  private var renamed: [String: String] = [:]
  /// Quantised constants, by constant and operation.
  private var constants: [String: [AnyHashable: String]] = [:]

  init(_ network: Network, _ plan: QuantizationPlan, _ calibration: Calibration?) throws {
    source = network
    self.plan = plan
    self.calibration = calibration
    types = try network.verify()
    result = network
  }

  mutating func run() throws {
    result.nodes = []
    for input in source.inputs where input.type.element.isFloat { try quantize(input: input) }
    for node in source.nodes { try append(node) }
  }

  // MARK: Inputs

  private mutating func quantize(input: Network.Input) throws {
    let readers = source.consumers(of: input.name)
    guard !readers.isEmpty, !readers.allSatisfy({ $0.operation is Quantize }) else { return }
    let name = free("\(input.name)_quantized")
    guard
      let operation = try quantize(
        observed: input.name, axis: input.type.shape.count - 2, plan.inputs,
        what: "the input '\(input.name)'")
    else { return }
    result.nodes.append(Node(name, operation, inputs: [input.name], outputs: [name]))
    renamed[input.name] = name
  }

  // MARK: Nodes

  private mutating func append(_ original: Node) throws {
    var node = original
    // An existing Quantize reads the input itself.
    if !(node.operation is Quantize) { node.inputs = node.inputs.map { renamed[$0] ?? $0 } }
    if !(node.operation is Quantize) {
      for (place, name) in original.inputs.enumerated() {
        guard let tensor = source.constants[name], tensor.elementType.isFloat else { continue }
        if let precision = precision(ofConstant: place, of: original) {
          node.inputs[place] = try quantize(constant: name, tensor, place, original, precision)
        }
      }
    }
    let value = node.outputs[0]
    let isWide = widens(node)
    if isWide { wide.insert(value) }
    guard isWide, needsFormat(value, original), let operation = try format(of: original) else {
      result.nodes.append(node)
      return
    }
    let exact = free("\(value)_exact")
    node.outputs[0] = exact
    result.nodes.append(node)
    result.nodes.append(
      Node(free("\(value)_quantized"), operation, inputs: [exact], outputs: [value]))
    wide.remove(value)
  }

  private func format(of node: Node) throws -> (any Operator)? {
    let value = node.outputs[0]
    var standard = plan.activations
    if source.outputs.contains(value) { standard = plan.outputs ?? plan.activations }
    let precision = plan.precision(\.activations, of: node.name, node.operation.name, else: standard)
    return try quantize(
      observed: value, axis: channelAxis(of: value) - 1, precision,
      what: "the value '\(value)' of node '\(node.name)'")
  }

  /// Whether the result has more bits than what it is made of.
  private func widens(_ node: Node) -> Bool {
    guard types[node.outputs[0]]?.element.isFloat == true, node.outputs.count == 1 else { return false }
    switch node.operation {
    case is Quantize, is BipolarQuantize, is Truncate: return false
    case let reduce as Reduce where reduce.function == .maximum || reduce.function == .minimum: break
    case let pool as Pool where pool.function == .maximum: break
    case let arithmetic as Arithmetic
    where arithmetic.function == .maximum || arithmetic.function == .minimum:
      break
    default:
      if !Self.selecting.contains(node.operation.name) { return true }
    }
    return node.inputs.contains(where: wide.contains)
  }

  /// Operators whose results are elements of their inputs, or bounds.
  private static let selecting: Set<String> = [
    Relu.name, Clip.name, Absolute.name, Reshape.name, Transpose.name, Slice.name, Concatenate.name,
    Pad.name, "Dropout", "Gather", "Where", "Upsample", "Sort", "TopK",
  ]

  /// Whether a wide value must be rounded where it stands: not if all its readers cut it first.
  private func needsFormat(_ value: String, _ node: Node) -> Bool {
    if source.outputs.contains(value) { return true }
    if node.operation is RealFunction { return true }
    return source.consumers(of: value).contains { reader in
      switch reader.operation {
      case is Relu, is LeakyRelu, is Clip, is Quantize: return false
      case let affine as Arithmetic where reader.inputs.contains { source.constants[$0] != nil }:
        // A bias that is a node of its own, or the second half of a scaler.
        let isBias = affine.function == .add && (node.operation is Dense || node.operation is Convolution)
        let isScaler =
          node.operation is Arithmetic && node.inputs.contains { source.constants[$0] != nil }
        return !isBias && !isScaler
      default: return true
      }
    }
  }

  /// The axis of a value that counts its channels.
  private func channelAxis(of value: String) -> Int {
    let rank = types[value]?.shape.count ?? 0
    var value = value
    while let node = source.producer(of: value) {
      if node.operation is Dense { return rank - 1 }
      if let convolution = node.operation as? Convolution {
        return convolution.layout == .channelsFirst ? min(1, rank - 1) : rank - 1
      }
      guard let before = node.inputs.first(where: { types[$0]?.shape == types[value]?.shape }) else { break }
      value = before
    }
    return rank - 1
  }

  // MARK: Constants

  private func precision(ofConstant place: Int, of node: Node) -> Precision? {
    func rule(_ kind: KeyPath<QuantizationPlan.Rule, Precision?>, _ standard: Precision) -> Precision {
      plan.precision(kind, of: node.name, node.operation.name, else: standard)
    }
    switch node.operation {
    case is Dense, is Convolution:
      return place == 1 ? rule(\.weights, plan.weights) : rule(\.biases, plan.biases)
    case let arithmetic as Arithmetic:
      let isFactor = arithmetic.function == .multiply
      let kind = isFactor ? \QuantizationPlan.Rule.weights : \.biases
      // Behind a layer it is the layer's bias.
      let producer = source.producer(of: node.inputs[1 - place])
      if !isFactor, producer?.operation is Dense || producer?.operation is Convolution {
        return rule(kind, plan.biases)
      }
      return rule(kind, plan.scalers)
    default:
      let isMatrix = ["ConvolutionTranspose", "MatrixProduct"].contains(node.operation.name)
      guard isMatrix else { return nil }
      return place == 1 ? rule(\.weights, plan.weights) : rule(\.biases, plan.biases)
    }
  }

  private mutating func quantize(
    constant name: String, _ tensor: Tensor, _ place: Int, _ node: Node, _ precision: Precision
  ) throws -> String {
    let isKernel = node.operation is Convolution && place == 1
    let axis = isKernel ? 0 : tensor.shape.count - 1
    let operation: any Operator
    switch precision {
    case .real: return name
    case .type(let type): operation = Quantize(type)
    case .qkeras(let quantizer):
      operation = try located("the constant '\(name)'") {
        try quantizer.operation(for: tensor, channelAxis: axis)
      }
    case .width(let width):
      operation = try located("the constant '\(name)'") {
        try TypeFitting(tensor, channelAxis: axis).quantize(width)
      }
    }
    if let known = constants[name]?[AnyHashable(operation)] { return known }
    let quantized = free("\(name)_quantized")
    result.nodes.append(Node(quantized, operation, inputs: [name], outputs: [quantized]))
    constants[name, default: [:]][AnyHashable(operation)] = quantized
    return quantized
  }

  // MARK: Types

  /// `nil` where a value stays real.
  private func quantize(
    observed value: String, axis: Int, _ precision: Precision, what: String
  ) throws -> (any Operator)? {
    switch precision {
    case .real: return nil
    case .type(let type): return Quantize(type)
    case .qkeras(let quantizer): return try located(what) { try quantizer.operation() }
    case .width(let width):
      guard let observation = calibration?.observations[value] else {
        throw TrainingError(
          "\(what) is to have \(width.width) bits, but no data was calibrated on to place its point; give a type such as fixed<\(width.width),4,RND_CONV,SAT>, or calibration data"
        )
      }
      return try located(what) { try TypeFitting(observation, channelAxis: axis).quantize(width) }
    }
  }

  private func located<Result>(_ what: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as TrainingError {
      throw TrainingError("\(what): \(error.message)")
    }
  }

  private func free(_ base: String) -> String {
    // Names of the source are taken even where the result does not have them yet.
    var name = base
    var number = 2
    while source.freeName(name) != name || result.freeName(name) != name {
      name = "\(base)_\(number)"
      number += 1
    }
    return name
  }
}
