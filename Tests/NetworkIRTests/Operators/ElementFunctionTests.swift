import Foundation
import Testing
import WinnowNetworkIR

@Suite struct ElementFunctionTests {
  /// Values of the definitions, made with mpmath 1.4.1 and 30 digits.
  @Test(
    arguments: [
      (.sine, 1, 0.84147098480789651), (.cosine, 1, 0.54030230586813972),
      (.errorFunction, 1, 0.84270079294971487), (.softplus, 1, 1.3132616875182228),
      (.softplus, -30, 9.3576229688397368e-14), (.softplus, 1000, 1000), (.softsign, -1, -0.5),
      (.gelu, 1, 0.84134474606854295), (.gelu, -1, -0.15865525393145705),
      (.gelu, -8, -4.9767684594174273e-15), (.geluTanh, 1, 0.8411919906082767),
      (.geluTanh, -1, -0.1588080093917233), (.silu, 1, 0.73105857863000488),
      (.silu, -1, -0.26894142136999512), (.selu, 1, 1.0507009873554805),
      (.selu, -1, -1.1113307378125628), (.mish, 1, 0.86509838826731035),
    ] as [(RealFunction.Function, Double, Double)])
  func realFunctions(function: RealFunction.Function, x: Double, expected: Double) {
    // Few roundings of a double each, 1.1e-16 relative; the normal distribution's tail multiplies that of
    // its argument by x².
    #expect(abs(RealFunction(function)(x) - expected) <= 1.2e-16 * (10 + x * x) * abs(expected))
  }

  @Test func elu() throws {
    let x = real([3], [-1, 0, 2])
    #expect(try evaluate(Elu(alpha: 0.5), x) == [real([3], [0.5 * expm1(-1), 0, 2])])
    #expect(
      try evaluate(Elu(), Tensor([1], .float32([-1]))) == [Tensor([1], .float32([Float(expm1(-1.0))]))])
    expectRefusal(Elu(alpha: .nan), [x.type], "has alpha = nan")
    var graph = GraphWriter()
    graph.input("x", [3])
    graph.quantize("fixed<6,3>")
    graph.add(Elu(alpha: 0.7))
    graph.quantize("fixed<8,3,RND,SAT>")
    expectLowers(graph.finished())
  }

  @Test func dropoutIsNothingInInference() throws {
    let x = fixed([3], [1, 2, 3], 1)
    #expect(try evaluate(Dropout(rate: 0.5), x) == [x])
    expectRefusal(
      Dropout(rate: 1), [x.type], "has the rate 1.0; at least 0 and less than 1 is possible")
    var graph = GraphWriter()
    graph.input("x", [3])
    graph.quantize("fixed<6,3>")
    graph.add(Dropout(rate: 0.1))
    expectLowers(graph.finished())
  }

  @Test func choice() throws {
    let mask = Tensor([2, 1], .boolean([true, false]))
    #expect(
      try evaluate(Where(), mask, fixed([3], [1, 2, 3], 1), fixed([1], [7]))
        == [fixed([2, 3], [1, 2, 3, 14, 14, 14], 1)])
    #expect(
      try evaluate(Where(), mask, real([], [0.5]), integers([1], [3])) == [real([2, 1], [0.5, 3])])
    #expect(
      try evaluate(Where(), mask, integers([2, 1], [5, 6]), integers([1], [3]))
        == [integers([2, 1], [5, 3])])
    let x = TensorType([2], .float32)
    expectRefusal(Where(), [x, x, x], "takes booleans as its mask, not [2] float32")
    var graph = GraphWriter()
    graph.input("x", [4])
    let q = graph.quantize("fixed<6,3,RND,SAT>")
    let positive = graph.add(Comparison(.less), graph.constant([1], [3], fraction: 1))
    graph.add(Where(), reading: [positive, q, graph.constant([4], [1, -1, 9, 0], fraction: 2)])
    expectLowers(graph.finished())
  }
}
