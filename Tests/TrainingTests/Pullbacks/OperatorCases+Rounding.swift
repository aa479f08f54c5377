import Foundation
import WinnowFixedPoint
import WinnowNetworkIR

@testable import WinnowTraining

/// Operators that round: their gradient is that of a smooth function, written out here.
extension OperatorCases {
  private static func type(
    _ width: Int, _ integer: Int, _ overflow: OverflowMode, signed: Bool = true,
    rounding: RoundingMode = .nearestToEven
  ) -> FixedPointType {
    FixedPointType(
      signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
  }

  private static let n = OperatorCase.n

  static let rounding: [OperatorCase] = [
    OperatorCase(
      Quantize(type(4, 1, .saturate)), reals: [("x", [n, 7])],
      smooth: { ["y": $0["x"]!.map { min(max($0, -1), 0.875) }] }),
    OperatorCase(
      Quantize(type(4, 1, .wrap)), "wrapping", reals: [("x", [n, 7])],
      smooth: { ["y": $0["x"]!] }),
    OperatorCase(
      Quantize(
        types: [
          type(4, 1, .saturate), type(0, 0, .saturate),
          type(5, 2, .saturateSymmetrically, rounding: .nearest),
        ], shape: [3, 1]), "per channel", reals: [("x", [n, 3, 2])],
      smooth: {
        [
          "y": $0["x"]!.enumerated().map { place, x in
            switch place / 2 % 3 {
            case 0: min(max(x, -1), 0.875)
            case 1: 0
            default: min(max(x, -1.875), 1.875)
            }
          }
        ]
      }),
    OperatorCase(
      Quantize(
        types: [type(3, 1, .saturate, signed: false), type(4, 2, .saturate), type(0, 0, .wrap)],
        shape: [3]), "per element", reals: [("x", [n, 3])],
      smooth: {
        [
          "y": $0["x"]!.enumerated().map { place, x in
            [min(max(x, 0), 1.75), min(max(x, -2), 1.75), 0][place % 3]
          }
        ]
      }),
    OperatorCase(
      LearnedQuantize(isSigned: true), reals: [("x", [n, 3]), ("f", [3]), ("i", [3])],
      inputs: ["x": learnedValues, "f": learnedFractions, "i": learnedIntegers],
      smooth: { values in
        [
          "y": values["x"]!.enumerated().map { place, x in
            learned(x, place, values["f"]![place % 3], values["i"]![place % 3])
          }
        ]
      }),
    OperatorCase(
      LearnedQuantize(isSigned: false, overflow: .wrap), "wrapping", reals: [("x", [n, 7])],
      constants: ["f": Tensor([1], .float64([3])), "i": Tensor([1], .float64([-1]))],
      order: ["x", "f", "i"], hasGradient: false),
    OperatorCase(
      LearnedStepQuantize(isSigned: true, width: 4), reals: [("x", [n, 3])],
      constants: ["s": Tensor([3], .float64([0.3, 0.11, 0.7]))], order: ["x", "s"],
      hasGradient: false),
    OperatorCase(
      BipolarQuantize(fraction: 1), reals: [("x", [n, 7])],
      smooth: { ["y": $0["x"]!.map { min(max($0, -1), 1) / 2 }] }),
    OperatorCase(
      Truncate(fraction: 4, bits: 2, rounding: .truncate), reals: [("x", [n, 7])],
      inputs: ["x": (0..<35).map { Double($0 * 11 % 64 - 30) / 16 }],
      smooth: { ["y": $0["x"]!.map { $0 / 4 }] }),
  ]

  /// Inside the ranges −1…0.75 and −2…1.875 and outside, not at their ends.
  private static let learnedValues = [
    0.3, 2.5, -0.61, -1.7, 0.4, 1.3, 0.11, -2.6, 0.2, -0.37, 1.1, -1.4, 0.7, -0.9, 0.05,
  ]
  private static let learnedFractions = [2.2, 3.1, 1.8]
  private static let learnedIntegers = [0.3, 1.2, 0.1]

  /// What arXiv:2405.00645, section 3.2, differentiates: the rounding error scales with 2^−f, the ends
  /// of the range are −2^i and 2^i − 2^−f.
  private static func learned(_ x: Double, _ place: Int, _ f: Double, _ i: Double) -> Double {
    let start = learnedValues[place]
    let (from, to) = (learnedFractions[place % 3], learnedIntegers[place % 3])
    let (bits, whole) = (from.rounded() + f - from, to.rounded() + i - to)
    let (low, high) = (-exp2(to.rounded()), exp2(to.rounded()) - exp2(-from.rounded()))
    if start > high { return exp2(whole) - exp2(-bits) }
    if start < low { return -exp2(whole) }
    let scale = exp2(from.rounded())
    let error = start - (start * scale + 0.5).rounded(.down) / scale
    return x - error * exp2(-(f - from))
  }

  /// A table of a function as hls4ml makes it.
  private static func table(
    _ type: FixedPointType, _ size: Int, _ range: Int, _ function: (Double) -> Double
  ) -> [Int] {
    (0..<size).map {
      Int(type.convert(function(Double($0 - size / 2) * Double(range) / Double(size)))!)
    }
  }

  /// Multiples of 2^−6 between −2 and 2.
  private static let grid = (0..<8).map { Double($0 * 37 % 256 - 128) / 64 }
  private static let wide = type(18, 8, .wrap, rounding: .truncate)

  private static let sigmoidTable = table(wide, 1024, 16) { 1 / (1 + exp(-$0)) }
  private static let tanhTable = table(wide, 1024, 8) { tanh($0) }

  private static let softmaxTable: SoftmaxTable = {
    let input = type(10, 4, .wrap)
    let sum = type(10, 6, .wrap, signed: false)
    let fine = type(40, 12, .saturate)
    func top(_ address: Int, _ type: FixedPointType) -> Double {
      let mantissa = type.isSigned && address >= 512 ? address - 1024 : address
      return Double(mantissa) * Double(sign: .plus, exponent: -type.fraction, significand: 1)
    }
    return SoftmaxTable(
      expTable: (0..<1024).map { Int(fine.convert(exp(top($0, input)))!) }, expType: fine,
      inverseTable: (0..<1024).map { Int(fine.convert(1 / top(max($0, 1), sum))!) },
      inverseType: fine, input: input, sum: sum)
  }()

  static let hls4ml: [OperatorCase] = [
    OperatorCase(
      Dot(Accumulation(accumulator: type(20, 8, .wrap, rounding: .truncate))),
      reals: [("a", [8]), ("b", [8])], element: .fixed(fraction: 6), sizes: [:],
      inputs: ["a": grid, "b": grid.reversed()],
      smooth: { ["y": [zip($0["a"]!, $0["b"]!).reduce(0) { $0 + $1.0 * $1.1 }]] }),
    OperatorCase(
      SumOfSquares(square: wide, accumulator: wide), reals: [("x", [8])],
      element: .fixed(fraction: 6), sizes: [:], inputs: ["x": grid],
      smooth: { ["y": [$0["x"]!.reduce(0) { $0 + $1 * $1 }]] }),
    OperatorCase(
      TypedAveragePool(accumulator: wide, average: wide), reals: [("x", [4, 2])],
      element: .fixed(fraction: 6), sizes: [:], inputs: ["x": grid],
      smooth: { values in
        let x = values["x"]!
        return ["y": (0..<2).map { channel in (0..<4).reduce(0) { $0 + x[2 * $1 + channel] } / 4 }]
      }),
    OperatorCase(
      OffsetShift(offsets: [3, -5, 0], offsetFormat: wide, shifts: [1, -2, 0], difference: wide),
      reals: [("x", [3])], element: .fixed(fraction: 6), sizes: [:],
      inputs: ["x": [0.5, -1.25, 0.015625]],
      smooth: { ["y": zip($0["x"]!, [0.5, 4, 1]).map { $0 * $1 }] }),
    // The derivative is taken at the table's entry: on its grid, the exact function's.
    OperatorCase(
      SigmoidTable(table: sigmoidTable, type: wide), "sigmoid", reals: [("x", [8])],
      element: .fixed(fraction: 6), sizes: [:], inputs: ["x": grid],
      smooth: { ["y": $0["x"]!.map { 1 / (1 + exp(-$0)) }] }),
    // Sums fall into 2¹⁰ steps of 2⁻⁵ from about 8 on: the reciprocal errs by 1/256, the products of
    // two results by twice that.
    OperatorCase(
      softmaxTable, reals: [("x", [8])], element: .fixed(fraction: 6), sizes: [:],
      inputs: ["x": grid], tolerance: 2.0 / 256,
      smooth: { values in
        let exponentials = values["x"]!.map { exp($0) }
        return ["y": exponentials.map { $0 / exponentials.reduce(0, +) }]
      }),
    OperatorCase(
      SigmoidTable(table: tanhTable, type: wide, range: 8), "tanh", reals: [("x", [8])],
      element: .fixed(fraction: 6), sizes: [:], inputs: ["x": grid],
      smooth: { ["y": $0["x"]!.map { tanh($0) }] }),
  ]
}
