import Winnow

/// Ways to make one part of a network smaller.
extension Network {
  /// A value in the middle becomes a graph input: all before it goes.
  var frontReductions: [() throws -> Network] {
    nodes.indices.dropFirst().compactMap { index in
      let node = nodes[index]
      guard node.operation is Quantize, !inputs.contains(where: { $0.name == node.inputs[0] }),
        constants[node.inputs[0]] == nil
      else { return nil }
      return {
        var network = self
        let name = freeName("x")
        let shape = try verifyUpTo(node.inputs[0]).sizes!
        network.inputs.append(.init(name, TensorType(shape.map(Dimension.fixed), .float64)))
        network.nodes[index].inputs = [name]
        return network
      }
    }
  }

  /// Fewer bits, plainer modes, one type for all elements; lower weights.
  var bitReductions: [() throws -> Network] {
    var steps: [() throws -> Network] = []
    for (index, node) in nodes.enumerated() {
      guard let quantize = node.operation as? Quantize else { continue }
      func step(_ change: @escaping (inout Quantize) -> Void) {
        steps.append {
          var (network, changed) = (self, quantize)
          change(&changed)
          network.nodes[index].operation = changed
          return network
        }
      }
      if quantize.types.count > 1 { for type in Set(quantize.types) { step { $0 = Quantize(type) } } }
      step { for place in $0.types.indices { $0.types[place].overflow = .wrap } }
      step { for place in $0.types.indices { $0.types[place].rounding = .truncate } }
      for bits in [4, 1] {
        // From above, then from below.
        step { for place in $0.types.indices { $0.types[place].narrow(bits, above: true) } }
        step { for place in $0.types.indices { $0.types[place].narrow(bits, above: false) } }
      }
    }
    for (name, tensor) in constants.sorted(by: { $0.key < $1.key }) {
      guard let (mantissas, fraction) = tensor.mantissas else { continue }
      steps.append {
        var network = self
        network.constants[name] = Tensor(tensor.shape, .fixed(mantissas.map { $0 / 2 }, fraction: fraction))
        return network
      }
    }
    return steps
  }

  /// Windows without padding, strides, dilations and groups, and with a smaller kernel.
  var windowReductions: [() throws -> Network] {
    var steps: [() throws -> Network] = []
    for (index, node) in nodes.enumerated() {
      guard let window = node.operation.slidingWindow else { continue }
      func step(_ change: @escaping (inout SlidingWindow) -> Void) {
        steps.append {
          var (network, changed) = (self, window)
          change(&changed)
          network.nodes[index].operation = node.operation.with(changed)
          if node.operation is Convolution, var weights = network.constants[node.inputs[1]] {
            for (axis, size) in changed.kernel.enumerated() { weights = weights.cut(axis + 2, to: size) }
            network.constants[node.inputs[1]] = weights
          }
          return network
        }
      }
      step { $0 = SlidingWindow(kernel: $0.kernel) }
      step { $0 = SlidingWindow(kernel: $0.kernel, padding: $0.padding) }
      step { $0 = SlidingWindow(kernel: $0.kernel, strides: $0.strides) }
      for axis in window.kernel.indices {
        step { $0.kernel[axis] = 1 }
        step { $0.kernel[axis] -= 1 }
        step { $0.padding[axis] = 0 }
        step { $0.padding[axis + $0.kernel.count] = 0 }
      }
    }
    return steps
  }

  /// Sums of windows, bits and modes: what those reductions make smaller.
  var detail: Int {
    nodes.reduce(0) { total, node in
      var total = total
      for type in (node.operation as? Quantize)?.types ?? [] {
        total += type.width + (type.overflow == .wrap ? 0 : 1) + (type.rounding == .truncate ? 0 : 1)
      }
      if let window = node.operation.slidingWindow {
        total += (window.kernel + window.strides + window.dilations + window.padding).reduce(0, +)
      }
      return total
    }
      + constants.values.reduce(0) { total, tensor in
        total + (tensor.mantissas?.values.reduce(0) { $0 + 128 - $1.magnitude.leadingZeroBitCount } ?? 0)
      }
  }
}

extension FixedPointType {
  fileprivate mutating func narrow(_ bits: Int, above: Bool) {
    let bits = min(bits, format.width - 1)
    guard bits > 0 else { return }
    format.width -= bits
    if above { format.integer -= bits }
  }
}

extension Operator {
  fileprivate var slidingWindow: SlidingWindow? {
    (self as? Convolution)?.window ?? (self as? Pool)?.window
  }

  fileprivate func with(_ window: SlidingWindow) -> any Operator {
    if var convolution = self as? Convolution {
      convolution.window = window
      return convolution
    }
    if var pool = self as? Pool {
      pool.window = window
      return pool
    }
    return self
  }
}
