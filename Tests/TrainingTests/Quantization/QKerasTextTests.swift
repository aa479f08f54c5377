import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@testable import WinnowTraining

/// QKeras' own spelling of its quantisers.
@Suite struct QKerasTextTests {
  /// The fixture's cases as a QKeras recipe writes them; `y` is what QKeras computed.
  private static let spelled: [(index: Int, text: String)] = [
    (0, "quantized_bits(8,0,alpha=1)"), (1, "quantized_bits(8, 2, alpha=1.0)"),
    (2, "quantized_bits(bits=6,alpha=1)"), (3, "quantized_bits(4,1,1,alpha=1)"),
    (4, "quantized_bits(6,3,keep_negative=False,alpha=1)"), (5, "quantized_bits(8,0,0,False,1)"),
    (6, "quantized_bits(2,0,alpha=1)"), (7, "quantized_bits(2,1,True,alpha=1)"),
    (8, "quantized_bits(1,0,alpha=1)"), (9, "quantized_bits(1,0,keep_negative=0,alpha=1)"),
    (11, "quantized_bits(8,0,alpha='auto_po2')"), (12, "quantized_bits(4)"),
    (13, "quantized_bits(4,2,alpha=\"auto_po2\")"), (15, "quantized_relu(8)"),
    (16, "quantized_relu(8,4)"), (17, "quantized_relu(bits=6,integer=3,relu_upper_bound=None)"),
    (18, "quantized_relu(4,4,0,0.0)"), (19, "quantized_relu(1,1)"), (22, "binary(alpha=1)"),
  ]

  /// Spelled, read, and applied to the fixture's numbers: QKeras' results, free of rounding errors.
  @Test func spelledQuantizersGiveQKerasNumbers() throws {
    let golden = try GoldenArrays("qkeras/quantizers.npz")
    let x = Tensor(golden.shape("x"), .float64(try golden.doubles("x")))
    for (index, text) in Self.spelled {
      // Without alpha, weights have scales of their own.
      let quantizer = try QKerasQuantizer(qkeras: text, at: .weights)
      let y = try quantizer.operation(for: x, channelAxis: 1).evaluate([x])[0].elements.doubles
      #expect(try y == golden.doubles("y_\(index)"), "\(text)")
      #expect(try QKerasQuantizer(qkeras: quantizer.description, at: .weights) == quantizer)
      let copy = try JSONDecoder().decode(
        Precision.self, from: JSONEncoder().encode(Precision.qkeras(quantizer)))
      #expect(copy == .qkeras(quantizer))
    }
  }

  @Test(arguments: [
    ("quantized_bits(8,0,alpha='auto')", "free scales"),
    ("quantized_bits(8,0,alpha=0.5)", "scales after rounding"),
    ("quantized_bits(8,0,alpha=0.3)", "a power of two"),
    ("quantized_bits(8,0,use_stochastic_rounding=True,alpha=1)", "'stochastic_rounding'"),
    ("quantized_bits(8,0,qnoise_factor=0.5,alpha=1)", "'delay'"),
    ("quantized_bits(8,0,apha=1)", "'apha', which is not supported"),
    ("quantized_bits(8,bits=6)", "gives 'bits' twice"), ("quantized_bits(99,0,alpha=1)", "99"),
    ("quantized_bits(eight)", "a whole number"), ("quantized_bits", "is no quantiser"),
    ("quantized_relu(8,3,negative_slope=0.25)", "leaky_relu"),
    ("quantized_relu(6,3,relu_upper_bound=6)", "bounds are those of the type"),
    ("binary()", "give alpha=1"), ("binary(use_01=True,alpha=1)", "use_01=True"),
    ("ternary(alpha=1)", "no quantiser with an exact form"),
    ("quantized_tanh(8)", "no quantiser with an exact form"),
  ])
  func whatHasNoExactFormIsRefused(text: String, sentence: String) {
    do {
      _ = try QKerasQuantizer(qkeras: text, at: .weights)
      Issue.record("\(text) was taken")
    } catch { #expect("\(error)".contains(sentence), "\(error)") }
  }

  @Test func withoutAlphaOnlyWeightsHaveScales() throws {
    #expect(
      try QKerasQuantizer(qkeras: "quantized_bits(8,2)", at: .others)
        == .bits(8, integer: 2, alpha: .powerOfTwo(0)))
    #expect(throws: TrainingError.self) {
      try QKerasQuantizer(qkeras: "quantized_bits(8,2,alpha='auto_po2')", at: .others)
    }
  }

  /// A network of QKeras' quantisers: its weights are the quantisers' values, kernels channel by channel,
  /// and what it compiles to gives the same numbers.
  @Test func networksOfQKerasQuantizers() throws {
    let automatic = try QKerasQuantizer(qkeras: "quantized_bits(5,0,alpha='auto_po2')", at: .weights)
    var plan = QuantizationPlan(
      weights: .qkeras(automatic),
      biases: .qkeras(try QKerasQuantizer(qkeras: "quantized_bits(8,2,alpha=1)", at: .others)),
      activations: .qkeras(try QKerasQuantizer(qkeras: "quantized_relu(8,4)", at: .others)),
      inputs: .qkeras(try QKerasQuantizer(qkeras: "quantized_bits(10,5,alpha=1)", at: .others)),
      outputs: .type(try FixedPointType(text: "fixed<16,9,RND_CONV,SAT>")))
    plan.rules = [.init(nodes: "score", weights: .qkeras(.binary()))]
    for original in [QuantizedNetworkTests.classifier(), try QuantizedNetworkTests.image()] {
      let quantized = try original.quantized(plan)
      let folded = try ConstantFolding().run(on: quantized)
      for layer in folded.nodes where layer.operation is Dense || layer.operation is Convolution {
        let weights = try #require(folded.constants[layer.inputs[1]])
        let before = try original.prepared(for: plan)
        let name = try #require(before.nodes.first { $0.name == layer.name }).inputs[1]
        let float = try #require(before.constants[name])
        if layer.name == "score" {
          #expect(weights.elements.doubles == float.elements.doubles.map { $0 < 0 ? -1 : 1 })
          continue
        }
        // QKeras keeps the filters of a kernel last.
        let (rows, filters) =
          layer.operation is Dense
          ? (float.shape[0], float.shape[1]) : (float.count / float.shape[0], float.shape[0])
        func place(_ row: Int, _ filter: Int) -> Int {
          layer.operation is Dense ? row * filters + filter : filter * rows + row
        }
        let values = float.elements.doubles
        let moved = Tensor(
          [rows, filters],
          .float64((0..<rows * filters).map { values[place($0 / filters, $0 % filters)] }))
        let wanted = try automatic.values(moved).elements.doubles
        for index in 0..<rows * filters {
          #expect(weights.elements.doubles[place(index / filters, index % filters)] == wanted[index])
        }
      }
      let stride = original.inputs[0].type.shape.dropFirst().reduce(1) { $0 * $1.size! }
      try QuantizedNetworkTests.expectEqualNumbers(
        quantized, QuantizedNetworkTests.rows(stride * 100), single: false)
    }
  }
}
