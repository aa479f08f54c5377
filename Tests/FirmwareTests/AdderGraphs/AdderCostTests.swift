import Testing

@testable import WinnowFirmware

/// Costs worked out by hand from the formula.
@Suite struct AdderCostTests {
  typealias Input = ConstantMatrixProblem.Input

  let signed = ValueRange(low: -128, high: 127, zeros: 0)
  let unsigned = ValueRange(low: 0, high: 255, zeros: 0)

  @Test func operandsOfEqualRange() {
    // Seven magnitude bits and the sign.
    #expect(adderCost(left: signed, right: signed) == 8)
    // Eight magnitude bits.
    #expect(adderCost(left: unsigned, right: unsigned) == 8)
    // max(128, 256): eight bits and a sign.
    #expect(adderCost(left: signed, right: unsigned) == 9)
  }

  @Test func copiedLowBitsAreFree() {
    // −512…508 in steps of 4: nine bits and the sign, less two.
    #expect(adderCost(left: signed.shifted(by: 2), right: signed) == 8)
    // No overlap at all still carries the upper operand.
    #expect(adderCost(left: unsigned.shifted(by: 8), right: unsigned) == 8)
  }

  @Test func constants() {
    // 64 + step 64 = 128: seven bits; the eight of the other operand less six.
    let constant = LinearForm(input: 0).range(over: [Input(low: 64, high: 64)])
    #expect(constant == ValueRange(low: 64, high: 64, zeros: 6))
    #expect(adderCost(left: unsigned, right: constant) == 2)
  }

  @Test func subtractionFromAShiftedOperandHidesLowBits() {
    let shifted = signed.shifted(by: 3)
    #expect(uncountedLowBits(left: shifted, right: signed, subtract: true) == 3)
    #expect(uncountedLowBits(left: signed, right: shifted, subtract: true) == 0)
    #expect(uncountedLowBits(left: shifted, right: signed, subtract: false) == 0)
  }

  /// `7x = (x << 3) − x`, `−(7x << 1)`, and `7x + y`.
  @Test func costDepthAndValuesOfAGraph() {
    let inputs = [Input(low: 0, high: 15, depth: 1), Input(low: -4, high: 3, depth: 4)]
    let graph = AdderGraph(
      inputCount: 2,
      adders: [
        .init(left: .init(value: 0, shift: 3), right: .init(value: 0, shift: 0), subtract: true),
        .init(left: .init(value: 2, shift: 0), right: .init(value: 1, shift: 0), subtract: false),
      ],
      outputs: [.init(value: 2, shift: 1, negate: true), .init(value: 3), .zero])
    #expect(
      graph.ranges(inputs: inputs) == [
        ValueRange(low: 0, high: 15, zeros: 0), ValueRange(low: -4, high: 3, zeros: 0),
        ValueRange(low: 0, high: 105, zeros: 0), ValueRange(low: -4, high: 108, zeros: 0),
      ])
    // 120 + 8 = 2^7: seven bits less three; 106 needs seven and a sign; half of −105…0, seven and a sign.
    #expect(graph.cost(inputs: inputs) == 4 + 8 + 4)
    #expect(graph.uncountedLowBits(inputs: inputs) == 3)
    #expect(graph.depths(inputs: inputs) == [1, 4, 2, 5])
    #expect(graph.depth(inputs: inputs) == 5)
    #expect(graph.evaluate(inputs: [15, -4]) == [-210, 101, 0])
  }

  /// `(x + y) − (x − y)` is `2y`: intervals would give twice the range.
  @Test func rangesAreExact() {
    let inputs = [Input(low: -8, high: 7), Input(low: 0, high: 3)]
    let graph = AdderGraph(
      inputCount: 2,
      adders: [
        .init(left: .init(value: 0, shift: 0), right: .init(value: 1, shift: 0), subtract: false),
        .init(left: .init(value: 0, shift: 0), right: .init(value: 1, shift: 0), subtract: true),
        .init(left: .init(value: 2, shift: 0), right: .init(value: 3, shift: 0), subtract: true),
      ],
      outputs: [.init(value: 4)])
    #expect(graph.ranges(inputs: inputs)[4] == ValueRange(low: 0, high: 6, zeros: 1))
  }
}
