import WinnowNetworkIR

/// What a student is to match of its teacher.
///
/// - Reference: G. Hinton et al., arXiv:1503.02531 (`divergence`).
public enum DistillationLoss: Sendable, Hashable, Codable {
  /// Mean over a row of `|student − teacher|`.
  case absoluteError
  /// Mean over a row of `(student − teacher)²`.
  case squaredError
  /// `T² · Σ p_T · ln(p_T / p_S)` of the softmax of logits divided by the temperature T; the factor
  /// keeps gradients comparable between temperatures.
  case divergence(temperature: Double)
  /// The teacher's row is a probability or a decision, the student's a logit: mean binary
  /// cross-entropy.
  case crossEntropy

  func validate() throws {
    guard case .divergence(let temperature) = self else { return }
    guard temperature > 0, temperature.isFinite else {
      throw TrainingError("the temperature is \(temperature); give a number above 0")
    }
  }

  /// Adds the loss of each event to a graph.
  ///
  /// - Returns: the value's name; its shape is `[batch]`.
  func append(to graph: inout LossGraph, student: String, teacher: String) -> String {
    switch self {
    case .absoluteError:
      let difference = graph.add(Arithmetic(.subtract), student, teacher)
      return graph.mean(graph.add(Absolute(), difference))
    case .squaredError:
      let difference = graph.add(Arithmetic(.subtract), student, teacher)
      return graph.mean(graph.add(Arithmetic(.multiply), difference, difference))
    case .divergence(let temperature):
      let cold = graph.constant(1 / temperature)
      let wanted = graph.add(Arithmetic(.multiply), teacher, cold)
      let given = graph.add(Arithmetic(.multiply), student, cold)
      let difference = graph.add(
        Arithmetic(.subtract), graph.add(LogSoftmax(axis: -1), wanted),
        graph.add(LogSoftmax(axis: -1), given))
      let weighted = graph.add(
        Arithmetic(.multiply), graph.add(Softmax(axis: -1), wanted), difference)
      let scaled = graph.add(
        Arithmetic(.multiply), weighted, graph.constant(temperature * temperature))
      return graph.sum(scaled)
    case .crossEntropy:
      // max(z, 0) − z·t + ln(1 + exp(−|z|)), which never overflows.
      let size = graph.add(Absolute(), student)
      let falling = graph.add(Arithmetic(.multiply), size, graph.constant(-1))
      let tail = graph.add(RealFunction(.exp), falling)
      let logarithm = graph.add(
        RealFunction(.logarithm), graph.add(Arithmetic(.add), tail, graph.constant(1)))
      let linear = graph.add(
        Arithmetic(.subtract), graph.add(Relu(), student),
        graph.add(Arithmetic(.multiply), student, teacher))
      return graph.mean(graph.add(Arithmetic(.add), linear, logarithm))
    }
  }
}

/// Nodes of a loss that are being added to a network.
struct LossGraph {
  var network: Network
  /// Extents of a row, to sum over all of it.
  let rank: Int

  mutating func add(_ operation: any Operator, _ inputs: String...) -> String {
    let name = network.freeName("distillation_\(operation.name.lowercased())")
    network.nodes.append(Node(name, operation, inputs: inputs, outputs: [name]))
    return name
  }

  mutating func constant(_ value: Double) -> String {
    let name = network.freeName("distillation_constant")
    network.constants[name] = Tensor([1], .float64([value]))
    return name
  }

  mutating func mean(_ value: String) -> String { reduce(.mean, value) }
  mutating func sum(_ value: String) -> String { reduce(.sum, value) }

  private mutating func reduce(_ function: Reduce.Function, _ value: String) -> String {
    rank == 1
      ? value : add(Reduce(function, axes: Array(1..<rank), keepsAxes: false), value)
  }
}
