/// A constant matrix as two-input adders and free shifts.
///
/// Values are numbered: `0..<inputCount` are the inputs, then the adders, each after its operands.
package struct AdderGraph: Sendable, Hashable {
  /// `value << shift`.
  package struct Operand: Sendable, Hashable {
    package var value: Int
    package var shift: Int

    package init(value: Int, shift: Int) {
      self.value = value
      self.shift = shift
    }
  }

  /// `left + right` or `left − right`; at least one of the operands is not shifted.
  package struct Adder: Sendable, Hashable {
    package var left: Operand
    package var right: Operand
    package var subtract: Bool

    package init(left: Operand, right: Operand, subtract: Bool) {
      self.left = left
      self.right = right
      self.subtract = subtract
    }
  }

  /// `± (value << shift)`, or zero when there is no value.
  package struct Output: Sendable, Hashable {
    package var value: Int?
    package var shift: Int
    package var negate: Bool

    package init(value: Int?, shift: Int = 0, negate: Bool = false) {
      self.value = value
      self.shift = shift
      self.negate = negate
    }

    package static let zero = Output(value: nil)
  }

  package var inputCount: Int
  package var adders: [Adder]
  package var outputs: [Output]

  package init(inputCount: Int, adders: [Adder], outputs: [Output]) {
    self.inputCount = inputCount
    self.adders = adders
    self.outputs = outputs
  }

  /// The outputs for one vector of inputs.
  ///
  /// - Precondition: as many inputs as the graph has; sums fit in 128 bits.
  /// - Complexity: O(adders + outputs).
  package func evaluate(inputs: [Int128]) -> [Int128] {
    precondition(
      inputs.count == inputCount, "\(inputs.count) inputs for a graph of \(inputCount)")
    var values = inputs
    values.reserveCapacity(inputCount + adders.count)
    for adder in adders {
      let left = values[adder.left.value] << adder.left.shift
      let right = values[adder.right.value] << adder.right.shift
      values.append(adder.subtract ? left - right : left + right)
    }
    return outputs.map { output in
      guard let value = output.value else { return 0 }
      let result = values[value] << output.shift
      return output.negate ? -result : result
    }
  }
}
