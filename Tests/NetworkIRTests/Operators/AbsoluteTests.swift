import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct AbsoluteTests {
  @Test func valuesWorkedByHand() throws {
    let exact = try Absolute().evaluate([Tensor([4], .fixed([-3, 0, 5, -8], fraction: 2))])
    #expect(exact == [Tensor([4], .fixed([3, 0, 5, 8], fraction: 2))])
    let real = try Absolute().evaluate([Tensor([2], .float32([-1.5, 2]))])
    #expect(real == [Tensor([2], .float32([1.5, 2]))])
  }

  /// Every value of a four-bit format; |−8| needs the fifth bit.
  @Test func loweringEqualsTheInterpreter() throws {
    let network = Network(
      name: "absolute", inputs: [.init("x", TensorType([1], .float32))],
      nodes: [
        Node("q", Quantize(FixedPointType(signed: true, width: 4, integer: 2)), "x"),
        Node("y", Absolute(), "q"),
      ], outputs: ["y"])
    let program = try FixedPointProgram(network)
    let interpreter = try Interpreter(network)
    for mantissa in Int128(-8)...7 {
      let expected = try interpreter.run(["x": Tensor([1], .fixed([mantissa], fraction: 2))])
      let values = program.evaluate([[mantissa]])
      #expect(program.read(program.outputs[0], from: values) == expected[0].mantissas?.values)
    }
    #expect(program.intervals[program.outputs[0].values[0]].high == 8)
  }
}
