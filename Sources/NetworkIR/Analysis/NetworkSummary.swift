import WinnowFixedPoint

/// What `inspect` shows of a network: its layers, formats, weights and the work they make.
public struct NetworkSummary: Sendable, Codable {
  public struct Layer: Sendable, Codable {
    public var name: String
    public var operation: String
    /// Shape and element type of the first output.
    public var type: String
    /// Number formats, slopes, accumulators: what the operator's fields say.
    public var detail: String
    public var weights: Int
    public var zeros: Int
    public var multiplications: Int
    /// `nil` where the network has no exact form.
    public var effectiveBitOperations: Int?
  }

  public var network: String
  public var inputs: [String]
  public var outputs: [String]
  public var layers: [Layer]
  public var weights: Int
  public var zeros: Int
  public var multiplications: Int
  public var effectiveBitOperations: Int?
  /// Why the network has no exact fixed-point form, if it has none.
  public var notExact: String?

  /// - Throws: ``NetworkError`` if the network is malformed.
  public init(_ network: Network) throws {
    let types = try network.verify()
    self.network = network.name
    inputs = network.inputs.map { "\($0.name) \($0.type)" }
    outputs = network.outputs.map { "\($0) \(types[$0]!)" }
    var operations: [String: Int]?
    do {
      operations = try FixedPointProgram(network.bindingBatch()).prunedToOutputs()
        .effectiveBitOperationsByNode
    } catch { notExact = "\(error)" }
    let sources = network.weightSources()
    var producers: [String: Node] = [:]
    for node in network.nodes { for output in node.outputs { producers[output] = node } }
    // Nodes that work on weights alone belong to the layer that reads the weights.
    let onEvents = network.nodes.filter { node in
      !node.inputs.allSatisfy { sources[$0] != nil }
    }
    layers = onEvents.map { node in
      // The field counts weights and biases apart; these are the weights.
      let isWeighted =
        node.operation is Dense || node.operation is Convolution
        || node.operation is ConvolutionTranspose
      let counted =
        isWeighted
        ? [node.inputs[1]].compactMap { sources[$0] }.map { network.constants[$0]! } : []
      let formats = node.inputs.compactMap { input -> String? in
        guard let quantize = producers[input]?.operation as? Quantize,
          sources[input] != nil
        else { return nil }
        return "× " + quantize.detail
      }
      return Layer(
        name: node.name, operation: node.operation.name,
        type: node.outputs.first.map { "\(types[$0]!)" } ?? "",
        detail: ([node.operation.detail] + formats).filter { !$0.isEmpty }.joined(separator: ", "),
        weights: counted.map(\.count).reduce(0, +),
        zeros: counted.map { $0.elements.doubles.count { $0 == 0 } }.reduce(0, +),
        multiplications: node.operation.multiplications(node.inputs.map { types[$0]! }),
        effectiveBitOperations: operations.map { $0[node.name] ?? 0 })
    }
    weights = layers.map(\.weights).reduce(0, +)
    zeros = layers.map(\.zeros).reduce(0, +)
    multiplications = layers.map(\.multiplications).reduce(0, +)
    effectiveBitOperations = operations.map { $0.values.reduce(0, +) }
  }
}

extension Network {
  /// For each value that is a constant, or made of one constant alone, that constant's name.
  ///
  /// - Complexity: O(nodes).
  func weightSources() -> [String: String] {
    var sources = Dictionary(uniqueKeysWithValues: constants.keys.map { ($0, $0) })
    for node in nodes where node.inputs.count == 1 {
      guard let source = sources[node.inputs[0]] else { continue }
      for output in node.outputs { sources[output] = source }
    }
    return sources
  }
}

extension Operator {
  /// The fields that a reader wants to see.
  var detail: String {
    switch self {
    case let quantize as Quantize:
      let kinds = Set(quantize.types.map(\.description)).sorted()
      return kinds.count <= 3
        ? kinds.joined(separator: ", ") : "\(kinds.count) types, \(kinds[0]) … \(kinds.last!)"
    case let dense as Dense: return dense.accumulation.detail
    case let convolution as Convolution:
      return
        "kernel \(convolution.window.kernel), strides \(convolution.window.strides)\(convolution.groups > 1 ? ", \(convolution.groups) groups" : "")\(convolution.accumulation == .exact ? "" : ", ")\(convolution.accumulation.detail)"
    case let transpose as ConvolutionTranspose:
      return "kernel \(transpose.window.kernel), strides \(transpose.window.strides)"
    case let upsample as Upsample: return "factors \(upsample.factors)"
    case let dropout as Dropout: return "rate \(dropout.rate)"
    case let segments as SegmentReduce: return segments.function.rawValue
    case let leaky as LeakyRelu:
      return "slope \(leaky.slope) = \(leaky.mantissa) · 2^\(-leaky.fraction)"
    case let arithmetic as Arithmetic: return arithmetic.function.rawValue
    case let function as RealFunction: return function.function.rawValue
    case let reduce as Reduce: return reduce.function.rawValue
    case let comparison as Comparison: return comparison.relation.rawValue
    case let clip as Clip:
      return "\(clip.low.map { "\($0)" } ?? "−∞") … \(clip.high.map { "\($0)" } ?? "∞")"
    case let shift as OffsetShift: return "difference \(shift.difference)"
    case let squares as SumOfSquares:
      return [squares.square, squares.accumulator].compactMap { $0?.description }
        .joined(separator: ", ")
    case let table as SigmoidTable: return "\(table.table.count) entries of \(table.type)"
    default: return ""
    }
  }
}

extension Accumulation {
  var detail: String {
    guard let accumulator else { return "" }
    return "accumulator \(accumulator)" + (product.map { ", product \($0)" } ?? "")
  }
}
