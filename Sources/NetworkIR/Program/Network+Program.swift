import WinnowFixedPoint

extension FixedPointProgram {
  /// Lowers a whole network.
  ///
  /// Symbolic dimensions must be bound (``Network/binding(_:)``), and every graph input quantised.
  ///
  /// - Throws: ``NetworkError`` naming the node that has no exact form, and what to do.
  public init(_ network: Network) throws {
    let types = try network.verify()
    var builder = ProgramBuilder(name: network.name)
    var values: [String: ScalarTensor] = [:]
    for (port, input) in network.inputs.enumerated() {
      guard let shape = input.type.sizes else {
        throw NetworkError(
          "input '\(input.name)' has the shape \(input.type), whose symbols are unbound; bind them with --bind NAME=SIZE"
        )
      }
      let count = shape.reduce(1, *)
      builder.program.inputs.append(
        .init(name: input.name, shape: shape, types: [], fraction: 0))
      builder.portTypes.append(Array(repeating: nil, count: count))
      values[input.name] = ScalarTensor(shape, (0..<count).map { .raw(port: port, element: $0) })
    }
    // What follows from constants alone is evaluated, so that it rounds as the interpreter rounds.
    var constants = network.constants
    for (name, constant) in constants { values[name] = ScalarTensor(constant) }
    for (index, node) in network.nodes.enumerated() {
      builder.program.nodeNames.append(node.name)
      builder.origin = index
      do {
        let known = node.inputs.compactMap { constants[$0] }
        if known.count == node.inputs.count {
          for (name, result) in zip(node.outputs, try node.operation.evaluate(known)) {
            constants[name] = result
            values[name] = ScalarTensor(result)
          }
          continue
        }
        let results = try node.operation.lower(
          node.inputs.map { values[$0]! }, into: &builder)
        for (name, result) in zip(node.outputs, results) { values[name] = result }
      } catch { throw network.located(error, at: node) }
    }
    builder.closeInputPorts()
    for name in network.outputs {
      try builder.program.outputs.append(
        builder.port(name, values[name]!, types[name]!, network))
    }
    let sources = network.weightSources()
    for node in network.nodes {
      // Quantised weights are no node values worth comparing event by event.
      for name in node.outputs where sources[name] == nil {
        if let port = try? builder.port(name, values[name]!, types[name]!, network) {
          builder.program.traces.append(port)
        }
      }
    }
    self = builder.program
  }
}

extension ProgramBuilder {
  /// Gives every element of every input port its type; elements that nothing reads get the
  /// narrowest one.
  fileprivate mutating func closeInputPorts() {
    for port in program.inputs.indices {
      let unread = FixedPointType(signed: false, width: 1, integer: 1)
      let types = portTypes[port].map { $0 ?? unread }
      program.inputs[port].types = types
      program.inputs[port].fraction =
        zip(types, portTypes[port])
        .map { $1 == nil ? Int.min : $0.fraction }.max().map { $0 == .min ? 0 : $0 } ?? 0
    }
  }

  fileprivate mutating func port(
    _ name: String, _ tensor: ScalarTensor, _ type: TensorType, _ network: Network
  ) throws -> FixedPointProgram.OutputPort {
    let declared: [FixedPointFormat]?
    if let quantize = network.producer(of: name)?.operation as? Quantize {
      declared = try quantize.formats(shape: tensor.shape)
    } else {
      declared = nil
    }
    let fraction: Int
    switch type.element {
    case .fixed(let bits): fraction = bits
    case .boolean, .integer: fraction = 0
    case .float32, .float64:
      throw NetworkError(
        "output '\(name)' is a real number that is not quantised; put a Quantize node before it")
    }
    var values: [FixedPointProgram.Value] = []
    var range = Interval(constant: 0, fraction: fraction)
    for scalar in tensor.scalars {
      let value = try materialise(scalar.counted(inStepsOf: fraction))
      values.append(value)
      range = try range.union(interval(value))
    }
    return FixedPointProgram.OutputPort(
      name: name, shape: tensor.shape, values: values,
      formats: declared ?? Array(repeating: range.format, count: values.count), fraction: fraction)
  }
}
