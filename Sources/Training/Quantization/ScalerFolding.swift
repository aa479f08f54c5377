import Foundation
import WinnowNetworkIR

/// Merges sums and products with constants into the dense layer behind them: a scaler at the input.
///
/// `y = (a ⊙ x + c) · w + b` becomes `y = x · (a ⊙ w) + (c · w + b)`. Only float weights are touched,
/// and only where nobody else reads the scaled value. The nearest powers of two of the factors may stay
/// outside, where they are wiring: then the weights' sizes do not depend on the features' units.
struct ScalerFolding: Pass {
  static let name = "ScalerFolding"
  var keepsPowersOfTwo = false

  func run(on network: Network) throws -> Network {
    var result = network
    while let folded = try step(result) { result = folded }
    return result
  }

  private func step(_ network: Network) throws -> Network? {
    let types = try network.verify()
    for layer in network.nodes {
      guard let dense = layer.operation as? Dense, dense.accumulation == .exact,
        let node = network.producer(of: layer.inputs[0]), network.isReadOnce(layer.inputs[0]),
        let weights = network.constants[layer.inputs[1]], weights.elementType.isFloat,
        let (variable, factors, offset) = affine(node, network, types)
      else { continue }
      let kept = keepsPowersOfTwo ? factors.map(Self.powerOfTwo) : factors.map { _ in 1 }
      if factors == kept, offset.allSatisfy({ $0 == 0 }) { continue }
      let factor = zip(factors, kept).map { $0 / $1 }
      var bias = Array(repeating: 0.0, count: weights.shape[1])
      if layer.inputs.count == 3 {
        guard let tensor = network.constants[layer.inputs[2]], tensor.elementType.isFloat else { continue }
        bias = tensor.elements.doubles
      }
      var scaled = weights.elements.doubles
      for place in scaled.indices {
        let (row, column) = (place / bias.count, place % bias.count)
        bias[column] += offset[row] * scaled[place]
        scaled[place] *= factor[row]
      }
      guard (scaled + bias).allSatisfy(\.isFinite) else { continue }
      var result = network
      let index = result.nodes.firstIndex { $0.name == layer.name }!
      // Other nodes may share the old tensors; those of an earlier fold are the layer's own.
      func constant(_ place: Int, _ name: String) -> String {
        layer.inputs.count > place && layer.inputs[place] == name ? name : result.freeName(name)
      }
      let weightName = constant(1, "\(layer.name)_scaled_weights")
      result.constants[weightName] = weights.like(scaled, shape: weights.shape)
      let biasName = constant(2, "\(layer.name)_scaled_bias")
      result.constants[biasName] = weights.like(bias, shape: [bias.count])
      guard kept.contains(where: { $0 != 1 }) else {
        result.nodes[index].inputs = [variable, weightName, biasName]
        result.nodes.removeAll { $0.name == node.name }
        return result
      }
      let powers = result.freeName("\(node.name)_powers")
      result.constants[powers] = weights.like(kept, shape: [kept.count])
      result.nodes[index].inputs = [layer.inputs[0], weightName, biasName]
      let place = result.nodes.firstIndex { $0.name == node.name }!
      result.nodes[place] = Node(
        node.name, Arithmetic(.multiply), inputs: [variable, powers], outputs: node.outputs)
      return result
    }
    return nil
  }

  /// The nearest power of two on a logarithmic scale, with the sign; 1 for 0.
  private static func powerOfTwo(_ factor: Double) -> Double {
    guard factor != 0, factor.isFinite else { return 1 }
    let power = Double(sign: .plus, exponent: Int(log2(factor.magnitude).rounded()), significand: 1)
    return factor < 0 ? -power : power
  }

  /// A node as `factor · x + offset` along the last axis; `nil` if it is something else.
  private func affine(
    _ node: Node, _ network: Network, _ types: [String: TensorType]
  ) -> (variable: String, factor: [Double], offset: [Double])? {
    guard let arithmetic = node.operation as? Arithmetic,
      let type = types[node.outputs[0]], let columns = type.shape.last?.size,
      let place = node.inputs.firstIndex(where: { network.constants[$0]?.elementType.isFloat == true }),
      case let variable = node.inputs[1 - place], types[variable]?.shape == type.shape,
      let constant = network.constants[node.inputs[place]],
      constant.shape.dropLast().allSatisfy({ $0 == 1 }),
      constant.count == columns || constant.count == 1
    else { return nil }
    let values =
      constant.count == columns
      ? constant.elements.doubles
      : Array(repeating: constant.elements.doubles[0], count: columns)
    let (ones, zeros) = (Array(repeating: 1.0, count: columns), Array(repeating: 0.0, count: columns))
    switch (arithmetic.function, place) {
    case (.add, _): return (variable, ones, values)
    case (.subtract, 1): return (variable, ones, values.map { -$0 })
    case (.subtract, _): return (variable, ones.map { -$0 }, values)
    case (.multiply, _): return (variable, values, zeros)
    default: return nil
    }
  }
}

/// Writes a batch normalisation that no layer took in as a product and a sum, which have an exact
/// form.
struct NormalizationUnfolding: Pass {
  static let name = "NormalizationUnfolding"

  func run(on network: Network) throws -> Network {
    var result = network
    let types = try network.verify()
    for node in network.nodes {
      guard let normalization = node.operation as? BatchNormalization,
        let rank = types[node.inputs[0]]?.shape.count, rank >= 2
      else { continue }
      let parameters = node.inputs.dropFirst().compactMap { network.constants[$0] }
      guard parameters.count == 4 else { continue }
      let values = parameters.map(\.elements.doubles)
      let factors = values[0].indices.map {
        values[0][$0] / (values[3][$0] + normalization.epsilon).squareRoot()
      }
      let offsets = factors.indices.map { values[1][$0] - values[2][$0] * factors[$0] }
      let shape = [factors.count] + Array(repeating: 1, count: rank - 2)
      let factor = result.freeName("\(node.name)_factor")
      result.constants[factor] = parameters[0].like(factors, shape: shape)
      let offset = result.freeName("\(node.name)_offset")
      result.constants[offset] = parameters[0].like(offsets, shape: shape)
      let product = result.freeName("\(node.name)_product")
      let index = result.nodes.firstIndex { $0.name == node.name }!
      result.nodes[index] = Node(
        node.name, Arithmetic(.add), inputs: [product, offset], outputs: node.outputs)
      result.nodes.insert(
        Node(product, Arithmetic(.multiply), inputs: [node.inputs[0], factor], outputs: [product]),
        at: index)
    }
    return result
  }
}

extension Tensor {
  /// Other numbers of the same float type.
  func like(_ values: [Double], shape: [Int]) -> Tensor {
    elementType == .float64
      ? Tensor(shape, .float64(values)) : Tensor(shape, .float32(values.map { Float($0) }))
  }
}
