import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// The emulator as a host program sees it: a library found by name, events in a `std::any`.
@Suite(.enabled(if: EmulatorLibrary.compiles, "g++ or make is not installed; no emulator library was built"))
struct EmulatorLibraryTests {
  /// One input port, two outputs: the shape of AXOL1TL's emulator.
  private static func latentAndScore() throws -> EmulatorLibrary {
    func matrix(_ rows: Int, _ columns: Int) -> Tensor {
      Tensor(
        [rows, columns],
        .fixed((0..<rows * columns).map { Int128(($0 * 37 + 11) % 31 - 15) }, fraction: 3))
    }
    let network = Network(
      name: "latent and score", inputs: [.init("x", TensorType([5], .float32))],
      constants: ["w1": matrix(5, 4), "w2": matrix(4, 3)],
      nodes: [
        Node("raw", Quantize(try FixedPointType(text: "fixed<18,13>")), "x"),
        Node("hidden", Dense(), "raw", "w1"),
        Node("relu", Quantize(try FixedPointType(text: "ufixed<10,6,RND_CONV,SAT>")), "hidden"),
        Node("sums", Dense(), "relu", "w2"),
        Node("mu", Quantize(try FixedPointType(text: "fixed<10,7,RND_CONV,SAT>")), "sums"),
        Node("squares", Arithmetic(.multiply), "mu", "mu"),
        Node("sum", Reduce(.sum, axes: [0], keepsAxes: false), "squares"),
        Node("score", Quantize(try FixedPointType(text: "ufixed<18,14>")), "sum"),
      ], outputs: ["mu", "score"])
    return EmulatorLibrary(
      network: network, input: "ap_fixed<18, 13>", inputCount: 5,
      output: "std::pair<std::array<ap_fixed<10, 7, AP_RND_CONV, AP_SAT>, 3>, ap_ufixed<18, 14>>",
      wrongInputs: [
        "ap_fixed<18, 14>", "ap_fixed<18, 13, AP_RND>", "ap_ufixed<18, 13>", "const ap_fixed<18, 13>",
      ])
  }

  /// Whole numbers in, one number out: the shape of CICADA's.
  private static func score(_ input: String, wrong: [String]) throws -> EmulatorLibrary {
    let network = Network(
      name: "score", inputs: [.init("et", TensorType([6], .float32))],
      constants: ["w": Tensor([6, 1], .fixed([3, -5, 9, 1, -2, 7], fraction: 4))],
      nodes: [
        Node("raw", Quantize(try FixedPointType(text: "ufixed<10,10>")), "et"),
        Node("sum", Dense(), "raw", "w"),
        Node("score", Quantize(try FixedPointType(text: "ufixed<16,8,RND_CONV,SAT>")), "sum"),
      ], outputs: ["score"])
    return EmulatorLibrary(
      network: network, input: input, inputCount: 6,
      output: "ap_ufixed<16, 8, AP_RND_CONV, AP_SAT>", wrongInputs: wrong)
  }

  /// Two input ports, one of them with a type an element; three outputs.
  private static func mixed() throws -> EmulatorLibrary {
    let types = try RoundingMode.allCases.flatMap { rounding in
      try OverflowMode.allCases.map { overflow in
        try FixedPointType(
          text: "\(overflow == .saturate ? "ufixed" : "fixed")<6,4,\(rounding.rawValue),\(overflow.rawValue)>"
        )
      }
    }
    let fine = try FixedPointType(text: "fixed<12,5>")
    let network = Network(
      name: "mixed",
      inputs: [
        .init("a", TensorType([.fixed(types.count + 1)], .float32)), .init("b", TensorType([1], .float32)),
      ],
      constants: [:],
      nodes: [
        Node("qa", Quantize(types: types + [fine], shape: [types.count + 1]), "a"),
        Node("qb", Quantize(try FixedPointType(text: "fixed<40,20,TRN,SAT>")), "b"),
        Node("sum", Arithmetic(.add), "qa", "qb"),
        Node("less", Comparison(.less), "qa", "qb"),
      ], outputs: ["sum", "qa", "less"])
    let count = types.count + 1
    // 5 bits before the point with the sign (the unsigned ones need one more than their 4), 7 after.
    return EmulatorLibrary(
      network: network,
      input: "std::pair<std::array<ap_fixed<12, 5>, \(count)>, ap_fixed<40, 20, AP_TRN, AP_SAT>>",
      inputCount: 0,
      output:
        "std::tuple<std::array<ap_fixed<41, 21>, \(count)>, std::array<ap_fixed<12, 5>, \(count)>, std::array<ap_ufixed<1, 1>, \(count)>>",
      wrongInputs: ["ap_fixed<12, 5>"])
  }

  @Test(arguments: EmulatorLibrary.typeHeaders, EmulatorLibrary.typeHeaders)
  func equalsInterpreter(built: EmulatorLibrary.Types, loaded: EmulatorLibrary.Types) async throws {
    let libraries = try [
      Self.latentAndScore(),
      Self.score("ap_uint<10>", wrong: ["ap_int<10>", "ap_uint<11>", "unsigned short"]),
      Self.score("ap_ufixed<10, 10>", wrong: ["ap_ufixed<10, 9>", "ap_fixed<10, 10>"]),
      Self.mixed(),
    ]
    for library in libraries {
      let (found, expected, refused, _) = try await library.run(
        events: 300, built: built, loaded: loaded)
      #expect(found == expected, "\(library.network.name), built with \(built), loaded with \(loaded)")
      #expect(refused == library.wrongInputs.count + 2, "\(library.network.name)")
      print("EMULATED \(library.network.name) 300 events, \(built) in \(loaded)")
    }
  }

  /// The library of every style gives the interpreter's integers, and is of its own compilation.
  @Test func everyStyleHasOne() async throws {
    var image = DataflowTests.residual("image_emulator")
    image.nodes.append(Node("out", Quantize(DataflowTests.signed), "sum"))
    image.outputs = ["out"]
    let number = "ap_fixed<6, 3, AP_RND, AP_SAT>"
    let images = EmulatorLibrary(
      network: image, input: number, inputCount: 6 * 5, output: number, outputCount: 6 * 5,
      wrongInputs: ["ap_fixed<6, 3>"])
    let scores = try Self.latentAndScore()
    let folded = try FoldedDesign(scores.network, options: FoldedOptions(reuse: .uniform(4)))
    let dataflow = try DataflowDesign(image)
    for (library, emulator) in [
      (scores, folded.emulator), (images, dataflow.emulator(try dataflow.program())),
    ] {
      let (found, expected, refused, stamp) = try await library.run(
        events: 300, built: .own, loaded: .own, emulator: emulator)
      #expect(found == expected, "\(emulator.name)")
      #expect(refused == library.wrongInputs.count + 2, "\(emulator.name)")
      let parallel = try Design(library.network).stamp
      #expect(stamp == emulator.stamp && stamp != parallel)
      print("EMULATED \(emulator.name) 300 events")
    }
  }

  /// The port's elements keep their names and places in the header comment.
  @Test func aTypeIsNamedInTheSource() throws {
    let design = try Design(Self.latentAndScore().network)
    let text = try #require(design.emulator.modelFiles.first).text
    #expect(text.contains("a pointer to ap_fixed<18, 13>: 'x' (5)"))
    #expect(text.contains("using output_type = std::pair<"))
  }
}
