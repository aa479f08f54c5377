extension AdderGraph {
  /// The exact range of every value, inputs first.
  ///
  /// - Complexity: O(terms of all linear forms).
  package func ranges(inputs: [ConstantMatrixProblem.Input]) -> [ValueRange] {
    precondition(
      inputs.count == inputCount, "\(inputs.count) inputs for a graph of \(inputCount)")
    var forms = (0..<inputCount).map { LinearForm(input: $0) }
    forms.reserveCapacity(inputCount + adders.count)
    for adder in adders {
      forms.append(
        LinearForm(
          forms[adder.left.value], shift: adder.left.shift,
          forms[adder.right.value], shift: adder.right.shift, subtract: adder.subtract))
    }
    return forms.map { $0.range(over: inputs) }
  }

  /// da4ml's cost in bits: ``adderCost(left:right:)`` of every adder, and half the width of every
  /// negated output.
  package func cost(inputs: [ConstantMatrixProblem.Input]) -> Double {
    bits(inputs: inputs).counted
  }

  /// The bits of subtractions that hardware needs and ``cost(inputs:)`` leaves out.
  package func uncountedLowBits(inputs: [ConstantMatrixProblem.Input]) -> Int {
    bits(inputs: inputs).uncounted
  }

  func bits(inputs: [ConstantMatrixProblem.Input]) -> (counted: Double, uncounted: Int) {
    let ranges = ranges(inputs: inputs)
    var counted = 0
    var uncounted = 0
    for adder in adders {
      let left = ranges[adder.left.value].shifted(by: adder.left.shift)
      let right = ranges[adder.right.value].shifted(by: adder.right.shift)
      counted += adderCost(left: left, right: right)
      uncounted += WinnowFirmware.uncountedLowBits(
        left: left, right: right, subtract: adder.subtract)
    }
    var negated = 0
    for output in outputs where output.negate {
      if let value = output.value { negated += ranges[value].negated.width }
    }
    return (Double(counted) + Double(negated) / 2, uncounted)
  }

  /// Adder levels from the network's inputs to every value, inputs first.
  package func depths(inputs: [ConstantMatrixProblem.Input]) -> [Int] {
    precondition(
      inputs.count == inputCount, "\(inputs.count) inputs for a graph of \(inputCount)")
    var depths = inputs.map(\.depth)
    depths.reserveCapacity(inputCount + adders.count)
    for adder in adders {
      depths.append(1 + max(depths[adder.left.value], depths[adder.right.value]))
    }
    return depths
  }

  /// The deepest output.
  package func depth(inputs: [ConstantMatrixProblem.Input]) -> Int {
    let depths = depths(inputs: inputs)
    return outputs.compactMap { $0.value.map { depths[$0] } }.max() ?? 0
  }
}
