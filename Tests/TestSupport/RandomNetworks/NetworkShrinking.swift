public import Winnow

extension Network {
  /// A smaller network for which the predicate still holds; this one if nothing smaller does.
  ///
  /// Removes outputs and nodes, narrows inputs, layers and windows, zeroes weights, simplifies sums,
  /// takes bits away, greedily until no step helps. A candidate that is no valid network is not tried.
  /// - Parameter attempts: how often the predicate may be called.
  public func shrunk(
    attempts: Int = 400, while holds: (Network) async -> Bool
  ) async -> Network {
    var best = self
    var left = attempts
    var isSmaller = true
    while isSmaller, left > 0 {
      isSmaller = false
      for candidate in best.reductions {
        guard left > 0 else { break }
        guard let candidate = try? candidate().repaired(), candidate.size < best.size else { continue }
        left -= 1
        if await holds(candidate) {
          best = candidate
          isSmaller = true
          break
        }
      }
    }
    return best
  }

  /// Nodes count most, then elements of types and constants, then non-zero weights.
  var size: Int {
    let elements =
      inputs.flatMap { $0.type.sizes ?? [] }.reduce(0, +)
      + nodes.map { ($0.operation as? Quantize)?.types.count ?? 0 }.reduce(0, +)
    let weights = constants.values.reduce(0) { total, tensor in
      total + tensor.count + tensor.elements.doubles.count { $0 != 0 }
    }
    let sums = nodes.map { node in
      let sum = (node.operation as? Dense)?.accumulation ?? (node.operation as? Convolution)?.accumulation
      return (sum?.product == nil ? 0 : 1) + (sum?.accumulator == nil ? 0 : 1)
    }.reduce(0, +)
    return (nodes.count + outputs.count) * 10_000 + elements * 100 + weights + sums + detail
  }

  /// Ways to make the network smaller, the boldest first.
  private var reductions: [() throws -> Network] {
    var steps: [() throws -> Network] = []
    if outputs.count > 1 { steps += outputs.map { output in { self.with { $0.outputs = [output] } } } }
    // An earlier value in the place of the outputs.
    for node in nodes where !outputs.contains(node.name) {
      steps.append { self.with { $0.outputs = node.outputs } }
    }
    // A node left out: its readers read what it read.
    for (index, node) in nodes.enumerated() {
      for input in node.inputs where constants[input] == nil {
        steps.append {
          self.with { network in
            network.nodes.remove(at: index)
            for reader in network.nodes.indices {
              network.nodes[reader].inputs = network.nodes[reader].inputs.map {
                node.outputs.contains($0) ? input : $0
              }
            }
            network.outputs = network.outputs.map { node.outputs.contains($0) ? input : $0 }
          }
        }
      }
    }
    steps += frontReductions
    for (index, input) in inputs.enumerated() {
      for axis in input.type.shape.indices {
        guard let size = input.type.shape[axis].size, size > 1 else { continue }
        for kept in Set([size / 2, size - 1]).sorted() {
          steps.append { self.with { $0.inputs[index].type.shape[axis] = .fixed(kept) } }
        }
      }
    }
    for (name, tensor) in constants.sorted(by: { $0.key < $1.key }) {
      for axis in tensor.shape.indices.reversed() where tensor.shape[axis] > 1 {
        for kept in Set([tensor.shape[axis] / 2, tensor.shape[axis] - 1]).sorted() {
          steps.append { self.with { $0.constants[name] = tensor.cut(axis, to: kept) } }
        }
      }
      for range in [0..<tensor.count / 2, tensor.count / 2..<tensor.count] where tensor.count > 3 {
        steps.append { self.with { $0.constants[name] = tensor.zeroed(range) } }
      }
      for place in 0..<min(tensor.count, 24) where tensor.elements.doubles[place] != 0 {
        steps.append { self.with { $0.constants[name] = tensor.zeroed(place..<place + 1) } }
      }
    }
    for (index, node) in nodes.enumerated() {
      guard let dense = node.operation as? Dense else { continue }
      for sum in [.exact, Accumulation(accumulator: dense.accumulation.accumulator)] {
        steps.append { self.with { $0.nodes[index].operation = Dense(sum) } }
      }
    }
    for (index, node) in nodes.enumerated() where node.inputs.count == 3 {
      guard node.operation is Dense || node.operation is Convolution else { continue }
      steps.append { self.with { $0.nodes[index].inputs.removeLast() } }
    }
    return steps + windowReductions + bitReductions
  }

  private func with(_ change: (inout Network) -> Void) -> Network {
    var copy = self
    change(&copy)
    return copy
  }

  /// Without what no output needs, and with weights, biases and types cut to the shapes before them.
  private func repaired() throws -> Network {
    var network = self
    var needed = Set(outputs)
    network.nodes = nodes.reversed().filter { node in
      guard node.outputs.contains(where: needed.contains) else { return false }
      needed.formUnion(node.inputs)
      return true
    }.reversed()
    network.inputs = inputs.filter { needed.contains($0.name) }
    network.constants = constants.filter { needed.contains($0.key) }
    for index in network.nodes.indices {
      var node = network.nodes[index]
      let shapes = try node.inputs.map { try network.shape($0, before: index) }
      if node.operation is Dense, let n = shapes[0].last, shapes[1].count == 2 {
        if n < shapes[1][0] { network.cut(node.inputs[1], 0, to: n) }
        let m = shapes[1][1]
        if shapes.count > 2, shapes[2] != [m] { network.cut(node.inputs[2], 0, to: m) }
      }
      if let convolution = node.operation as? Convolution, shapes[0].count == shapes[1].count {
        let channels = shapes[0][convolution.layout == .channelsFirst ? 1 : shapes[0].count - 1]
        network.cut(node.inputs[1], 1, to: channels / convolution.groups)
        if shapes.count > 2 { network.cut(node.inputs[2], 0, to: shapes[1][0]) }
      }
      if let quantize = node.operation as? Quantize, quantize.shape.count <= shapes[0].count {
        var types = Tensor(quantize.shape, .integer(quantize.types.indices.map(Int64.init)))
        let offset = shapes[0].count - quantize.shape.count
        for axis in quantize.shape.indices where quantize.shape[axis] > shapes[0][axis + offset] {
          types = types.cut(axis, to: shapes[0][axis + offset])
        }
        node.operation = Quantize(
          types: types.mantissas!.values.map { quantize.types[Int($0)] }, shape: types.shape)
        network.nodes[index] = node
      }
    }
    try network.verify()
    _ = try FixedPointProgram(network)
    return network
  }

  private func shape(_ value: String, before index: Int) throws -> [Int] {
    if let tensor = constants[value] { return tensor.shape }
    var part = self
    part.nodes = Array(nodes[..<index])
    part.outputs = [value]
    guard let sizes = try part.verify()[value]?.sizes else { throw NetworkError("no sizes") }
    return sizes
  }

  private mutating func cut(_ name: String, _ axis: Int, to size: Int) {
    if let tensor = constants[name], tensor.shape[axis] > size {
      constants[name] = tensor.cut(axis, to: size)
    }
  }
}

extension Tensor {
  /// The first elements along an axis.
  func cut(_ axis: Int, to size: Int) -> Tensor {
    var shape = shape
    let inner = shape[(axis + 1)...].reduce(1, *)
    let extent = shape[axis]
    shape[axis] = size
    return gathered((0..<count).filter { $0 / inner % extent < size }, shape: shape)
  }

  /// Zero in some places.
  func zeroed(_ range: Range<Int>) -> Tensor {
    switch elements {
    case .fixed(var values, let fraction):
      for place in range { values[place] = 0 }
      return Tensor(shape, .fixed(values, fraction: fraction))
    default:
      var values = elements.doubles
      for place in range { values[place] = 0 }
      return Tensor(shape, .float64(values))
    }
  }
}
