import Testing
import WinnowFixedPoint
@testable import WinnowFirmware
import WinnowNetworkIR
import WinnowTensors

@Suite struct ProductTests {
  static func design(_ a: String, _ b: String) throws -> Design {
    try ProofNetworks.design(
      Network(
        name: "product",
        inputs: [.init("a", TensorType([1], .float64)), .init("b", TensorType([1], .float64))],
        nodes: [
          Node("x", Quantize(ProofNetworks.type(a)), "a"), Node("z", Quantize(ProofNetworks.type(b)), "b"),
          Node("y", Arithmetic(.multiply), "x", "z"),
        ], outputs: ["y"]))
  }

  /// DSP48E2 of one product as Yosys 0.23 counts them (`synth_xilinx -family xcup`'s mul2dsp): widths
  /// of two signed factors, of a signed and an unsigned one, of two unsigned ones.
  @Test(arguments: [
    (4, 4, [0, 0, 0]), (8, 8, [1, 1, 1]), (10, 10, [1, 1, 1]), (16, 16, [1, 1, 1]), (18, 18, [1, 1, 2]),
    (20, 18, [1, 2, 2]), (26, 17, [1, 1, 1]), (27, 18, [1, 2, 3]), (28, 18, [2, 3, 3]),
    (30, 20, [3, 3, 4]),
  ])
  func multipliersAreCounted(_ a: Int, _ b: Int, _ counts: [Int]) throws {
    for (kind, count) in counts.enumerated() {
      let first = kind < 2 ? "fixed<\(a),\(a)>" : "ufixed<\(a),\(a)>"
      let second = kind < 1 ? "fixed<\(b),\(b)>" : "ufixed<\(b),\(b)>"
      let design = try Self.design(first, second)
      #expect(design.resources.multipliers == count, "\(first) times \(second)")
    }
  }

  @Test func productsAreExact() throws {
    for (a, b) in [
      ("fixed<8,4>", "ufixed<6,2>"), ("fixed<1,1>", "ufixed<5,5>"), ("ufixed<7,7>", "ufixed<3,3>"),
      ("fixed<20,8>", "fixed<17,3>"), ("fixed<30,8>", "ufixed<30,8>"),
    ] {
      let design = try Self.design(a, b)
      try ProofNetworks.compare(design, events: 100)
      // Signs of signed factors are seen by tools that count multipliers.
      #expect(design.verilog.contains("* $signed(") == !(a.hasPrefix("u") && b.hasPrefix("u")))
    }
  }
}
