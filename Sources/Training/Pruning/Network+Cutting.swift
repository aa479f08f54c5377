import WinnowNetworkIR

extension Network {
  /// The float constant that a value is, or that quantisers on constants make it from.
  func floatConstant(behind value: String) -> String? {
    if let constant = constants[value] { return constant.elementType.isFloat ? value : nil }
    guard let node = producer(of: value), node.operation is Quantize || node.operation is LearnedQuantize
    else { return nil }
    return floatConstant(behind: node.inputs[0])
  }

  /// Keeps some places of an axis of a node's parameter. What other nodes read stays as it is: this
  /// node gets constants and quantisers of its own where it shared them.
  mutating func keep(_ kept: [Int], ofInput input: Int, axis: Int, at name: String) {
    let reader = nodes.firstIndex { $0.name == name }!
    let value = nodes[reader].inputs[input]
    if let constant = constants[value] {
      let target = isReadOnce(value) ? value : freeName(value)
      constants[target] = constant.keeping(kept, axis: axis)
      nodes[reader].inputs[input] = target
      return
    }
    guard let place = nodes.firstIndex(where: { $0.outputs.contains(value) }) else { return }
    var quantizer = nodes[place].name
    if !isReadOnce(value) {
      var copy = nodes[place]
      copy.name = freeName(copy.name)
      copy.outputs = [freeName(value)]
      quantizer = copy.name
      nodes[reader].inputs[input] = copy.outputs[0]
      nodes.insert(copy, at: place + 1)
    }
    let shape = constants[floatConstant(behind: value)!]!.shape
    keep(kept, ofInput: 0, axis: axis, at: quantizer)
    keepTypes(kept, axisFromEnd: shape.count - axis, extent: shape[axis], at: quantizer)
  }

  /// Keeps the types, or learned widths, of some channels; one for the whole axis stays as it is.
  mutating func keepTypes(_ kept: [Int], axisFromEnd: Int, extent: Int, at name: String) {
    let index = nodes.firstIndex { $0.name == name }!
    if let quantize = nodes[index].operation as? Quantize {
      let axis = quantize.shape.count - axisFromEnd
      guard axis >= 0, quantize.shape[axis] == extent, extent > 1 else { return }
      let places = Tensor(quantize.shape, .integer(quantize.types.indices.map { Int64($0) }))
        .keeping(kept, axis: axis)
      nodes[index].operation = Quantize(
        types: places.mantissas!.values.map { quantize.types[Int($0)] }, shape: places.shape)
    } else if nodes[index].operation is LearnedQuantize {
      for input in 1...2 {
        guard let shape = constants[nodes[index].inputs[input]]?.shape else { continue }
        let axis = shape.count - axisFromEnd
        guard axis >= 0, shape[axis] == extent, extent > 1 else { continue }
        keep(kept, ofInput: input, axis: axis, at: name)
      }
    }
  }
}

extension Tensor {
  /// Some places along an axis.
  fileprivate func keeping(_ kept: [Int], axis: Int) -> Tensor {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    var smaller = shape
    smaller[axis] = kept.count
    let places = (0..<outer).flatMap { block in
      kept.flatMap { place in
        let start = (block * shape[axis] + place) * inner
        return start..<start + inner
      }
    }
    return gathered(places, shape: smaller)
  }
}
