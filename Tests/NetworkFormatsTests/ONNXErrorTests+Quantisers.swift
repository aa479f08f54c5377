import WinnowONNXSchema

@testable import WinnowNetworkFormats

/// Malformed quantisers.
extension ONNXErrorTests {
  static let quantisers: [Case] = [
    Case(
      "node 'n' (Quant): has a zero point other than 0; exact fixed point needs 0 and a power-of-two scale: quantise symmetrically"
    ) {
      $0.quant(zero: 3)
    },
    Case(
      "node 'n' (Quant): has the scale 0.30000001192092896; exact fixed point needs a power of two: retrain or round the scales (Brevitas: POWER_OF_TWO scaling)"
    ) {
      $0.quant(scale: 0.3)
    },
    Case("node 'n' (Quant): has a scale that is not a positive number") { $0.quant(scale: -0.5) },
    Case("node 'n' (Quant): has the bit width 3.5; a whole number from 0 to 64 is possible") {
      $0.quant(bits: 3.5)
    },
    Case("node 'n' (Quant): has the bit width 65.0; a whole number from 0 to 64 is possible") {
      $0.quant(bits: 65)
    },
    Case("node 'n' (Quant): has the bit width nan; a whole number from 0 to 64 is possible") {
      $0.quant(bits: .nan)
    },
    Case(
      "node 'n' (Quant): has the rounding mode CEIL, which no fixed-point type has; ROUND, HALF_EVEN, FLOOR, DOWN, HALF_UP and HALF_DOWN are possible"
    ) {
      $0.quant([.string("rounding_mode", "CEIL")])
    },
    Case("node 'n' (Quant): has the unknown rounding mode 'SIDEWAYS'") {
      $0.quant([.string("rounding_mode", "SIDEWAYS")])
    },
    Case(
      "node 'n' (Quant): is narrow and unsigned with one bit or several formats; narrow = 0, or one format of 2 bits or more, is possible"
    ) {
      $0.quant(bits: 1, [.flag("signed", false), .flag("narrow", true)])
    },
    Case("node 'n' (Quant): has a signed format of 0 bits; pruned weights are unsigned with 0 bits, or zeros")
    {
      $0.quant(bits: 0)
    },
    Case(
      "node 'n' (Quant): computes its scale ('x'); it must be a constant: export with constant folding or fixed shapes"
    ) {
      $0.node("Quant", ["x", "x", "x", "x"], ["y"], domain: "onnx.brevitas")
    },
    Case("node 'n' (Quant): has parameters of shape [65536, 65536] for [1, 4] float32") {
      $0.floats("scale", [1 << 16, 1], Array(repeating: 1, count: 1 << 16))
      $0.floats("bits", [1, 1 << 16], Array(repeating: 1, count: 1 << 16))
      $0.floats("zero", [], [0])
      $0.node("Quant", ["x", "scale", "zero", "bits"], ["y"], domain: "onnx.brevitas")
    },
    Case("node 'n' (Trunc): has an output bit width that is not one integer from 0 to 4") {
      $0.floats("scale", [], [1])
      $0.floats("zero", [], [0])
      $0.floats("bits", [], [4])
      $0.floats("more", [], [5])
      $0.node("Trunc", ["x", "scale", "zero", "bits", "more"], ["y"], domain: "qonnx.custom_op.general")
    },
    Case("node 'n' (BipolarQuant): has a scale that is not finite or spans too many orders of magnitude") {
      $0.floats("scale", [], [.infinity])
      $0.node("BipolarQuant", ["x", "scale"], ["y"], domain: "qonnx.custom_op.general")
    },
  ]
}
