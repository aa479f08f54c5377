import Foundation
import Testing
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors

/// One of the networks whose gradients PyTorch computed; Golden/networks/README.md says how.
struct GoldenNetwork: Sendable, Decodable, CustomTestStringConvertible {
  struct Loss: Sendable, Decodable {
    var kind: String
    var output: String?
    var mean: String?
    var logVariance: String?
    var beta: Double?
    var delta: Double?
    var value: Double

    enum CodingKeys: String, CodingKey {
      case kind, output, mean, beta, delta, value
      case logVariance = "log_variance"
    }
  }

  var name: String
  var loss: Loss
  var inputs: [String]
  var outputs: [String]
  var parameters: [String]

  enum CodingKeys: String, CodingKey {
    case name = "network"
    case loss, inputs, outputs, parameters
  }

  var testDescription: String { name }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "TrainingTests/Golden/networks")

  static let all: [GoldenNetwork] = {
    struct List: Decodable { var networks: [GoldenNetwork] }
    let data = try! Data(contentsOf: folder.appending(path: "losses.json"))
    return try! JSONDecoder().decode(List.self, from: data).networks
  }()

  /// The network of the file. PyTorch computed with the attributes' float32 numbers, where the reader
  /// takes the decimal that was meant: 0.001 for 0.001000000047497451. It divided by the float32 root of
  /// two, where the reader multiplies by the float32 reciprocal of that.
  func network() throws -> Network {
    var network = try NetworkFile.read(path: Self.folder.appending(path: "\(name).onnx").path)
    for index in network.nodes.indices {
      switch network.nodes[index].operation {
      case var operation as BatchNormalization:
        operation.epsilon = Double(Float(operation.epsilon))
        network.nodes[index].operation = operation
      case var operation as LayerNormalization:
        operation.epsilon = Double(Float(operation.epsilon))
        network.nodes[index].operation = operation
      case var operation as GroupNormalization:
        operation.epsilon = Double(Float(operation.epsilon))
        network.nodes[index].operation = operation
      default: break
      }
    }
    let reciprocal = 1 / Double(Float(2).squareRoot())
    for (name, tensor) in network.constants where name.hasSuffix("/reciprocal") {
      let wanted = tensor.elements.doubles.map {
        abs($0 - reciprocal) < 0x1p-24 ? reciprocal : $0
      }
      network.constants[name] = Tensor(tensor.shape, .float64(wanted))
    }
    return network
  }

  func arrays() throws -> NPZ {
    try NPZ(contentsOf: Self.folder.appending(path: "\(name).npz").path)
  }

  /// The loss and its gradient by every output, in double precision.
  ///
  /// - Parameters:
  ///   - values: the outputs' elements by name.
  ///   - target: what the output of the loss is compared with.
  ///   - rows: events.
  func evaluateLoss(
    _ values: [String: [Double]], target: [Double], rows: Int
  ) -> (loss: Double, gradients: [String: [Double]]) {
    var total = 0.0
    var gradients = values.mapValues { $0.map { _ in 0.0 } }
    /// Adds a mean over elements of a function of output and target, and its derivative.
    func add(_ factor: Double, _ function: (Double, Double) -> (Double, Double)) {
      let name = loss.output!
      let count = Double(values[name]!.count)
      for (place, y) in values[name]!.enumerated() {
        let (value, slope) = function(y, target[place])
        total += factor * value / count
        gradients[name]![place] = factor * slope / count
      }
    }
    /// −½ Σ (1 + v − m² − eᵛ), the mean over events.
    func addDivergence(_ factor: Double) {
      let (m, v) = (loss.mean!, loss.logVariance!)
      let weight = factor / Double(rows)
      for place in values[m]!.indices {
        let (mean, logarithm) = (values[m]![place], values[v]![place])
        total -= weight * 0.5 * (1 + logarithm - mean * mean - exp(logarithm))
        gradients[m]![place] += weight * mean
        gradients[v]![place] += weight * 0.5 * (exp(logarithm) - 1)
      }
    }
    switch loss.kind {
    case "mean_squared_error": add(1) { y, t in ((y - t) * (y - t), 2 * (y - t)) }
    case "mean_absolute_error": add(1) { y, t in (abs(y - t), y > t ? 1 : -1) }
    case "huber":
      let delta = loss.delta!
      add(1) { y, t in
        let d = y - t
        return abs(d) <= delta
          ? (0.5 * d * d, d) : (delta * (abs(d) - 0.5 * delta), d > 0 ? delta : -delta)
      }
    case "log_cosh": add(1) { y, t in (log(cosh(y - t)), tanh(y - t)) }
    case "binary_cross_entropy":
      add(1) { p, t in
        (-t * log(p) - (1 - t) * log(1 - p), (1 - t) / (1 - p) - t / p)
      }
    case "categorical_cross_entropy":
      let name = loss.output!
      let columns = values[name]!.count / rows
      for row in 0..<rows {
        let line = row * columns..<(row + 1) * columns
        let sum = values[name]![line].reduce(0) { $0 + exp($1) }
        for place in line {
          let y = values[name]![place]
          total -= target[place] * (y - log(sum)) / Double(rows)
          gradients[name]![place] = (exp(y) / sum - target[place]) / Double(rows)
        }
      }
    case "kl_divergence": addDivergence(1)
    case "beta_variational":
      add(1 - loss.beta!) { y, t in ((y - t) * (y - t), 2 * (y - t)) }
      addDivergence(loss.beta!)
    default: Issue.record("the loss \(loss.kind) is unknown here")
    }
    return (total, gradients)
  }
}

extension Network {
  /// Terms of the longest sum in every node, added up: how often a rounding can happen between an
  /// input and a gradient, forward and backward.
  func roundings(_ sizes: [String: Int]) throws -> Double {
    let types = try binding(sizes).verify()
    var sum = 0
    for node in nodes {
      let shapes = node.inputs.map { types[$0]!.sizes! }
      let (x, y) = (shapes[0].reduce(1, *), types[node.outputs[0]]!.sizes!.reduce(1, *))
      switch node.operation {
      // Terms of the product, and rows of the weights' gradient.
      case is Dense: sum += shapes[1][0] + x / max(shapes[1][0], 1)
      case is Convolution, is ConvolutionTranspose:
        sum += shapes[1].dropFirst().reduce(1, *) + y / max(shapes[1][0], 1)
      case is BatchNormalization, is GroupNormalization, is LayerNormalization:
        sum += 2 * x / max(shapes[1].reduce(1, *), 1)
      case is MatrixProduct: sum += 2 * shapes[0].last!
      default: sum += max(1, x / max(y, 1))
      }
    }
    return 2 * Double(sum)
  }
}
