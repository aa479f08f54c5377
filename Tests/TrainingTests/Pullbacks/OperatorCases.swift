import Foundation
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// Every operator's cases; a new operator brings its own.
enum OperatorCases {
  static let all: [OperatorCase] =
    elementwise + movement + sums + windows + normalization + graphs + ordering + rounding + hls4ml

  /// Operators without gradient, and why.
  static let withoutGradient = [
    "ArgMax": "its result is a place, an integer",
    "Comparison": "its result is a boolean",
    "LearnedStepQuantize": "its surrogate by the step is compared with the formula (LearnedStepTests)",
  ]

  private static let (n, v, e) = (OperatorCase.n, OperatorCase.v, OperatorCase.e)

  /// Positive, for functions that need it.
  private static func positive(_ count: Int) -> [Double] {
    var stream = RandomStream(seed: 2, label: "positive")
    return (0..<count).map { _ in exp(stream.gaussian()) }
  }

  static let elementwise: [OperatorCase] =
    RealFunction.Function.allCases.map {
      OperatorCase(
        RealFunction($0), "\($0)", reals: [("x", [n, 3])],
        inputs: [.logarithm, .squareRoot, .reciprocal].contains($0) ? ["x": positive(15)] : [:])
    }
    + [
      OperatorCase(Absolute(), reals: [("x", [n, 3])]),
      OperatorCase(Relu(), reals: [("x", [n, 3])]),
      OperatorCase(try! LeakyRelu(nearest: 0.1), reals: [("x", [n, 3])]),
      OperatorCase(Elu(alpha: 0.7), reals: [("x", [n, 3])]),
      OperatorCase(Clip(low: -0.5, high: 0.75), reals: [("x", [n, 7])]),
      OperatorCase(Clip(high: 0.25), "above", reals: [("x", [n, 7])]),
      OperatorCase(Dropout(rate: 0.3), reals: [("x", [n, 7])]),
    ]
    + Arithmetic.Function.allCases.flatMap { function in
      [
        OperatorCase(Arithmetic(function), "\(function)", reals: [("a", [n, 3]), ("b", [n, 3])]),
        OperatorCase(
          Arithmetic(function), "\(function) a row", reals: [("a", [n, 3])],
          parameters: [("b", [3])]),
        OperatorCase(
          Arithmetic(function), "\(function) a column", reals: [("a", [n, 1]), ("b", [n, 3])]),
      ]
    }
    + [
      OperatorCase(
        Arithmetic(.multiply), "channels of an image", reals: [("x", [n, 3, 2, 5])],
        parameters: [("b", [3, 1, 1])]),
      OperatorCase(
        Arithmetic(.multiply), "outer", reals: [("a", [n, 4, 1]), ("b", [n, 1, 3])]),
      OperatorCase(Arithmetic(.multiply), "a scalar", reals: [("a", [n, 4]), ("b", [])]),
      OperatorCase(
        Arithmetic(.subtract), "rows of lower rank", reals: [("a", [2, n]), ("b", [n])]),
      OperatorCase(
        Arithmetic(.multiply), "the same value twice", reals: [("x", [n, 3])], order: ["x", "x"]),
      OperatorCase(
        Where(), reals: [("x", [n, 4]), ("b", [n, 1])], parameters: [("t", [4])],
        order: ["mask", "x", "b"], before: [Node("mask", Comparison(.less), "x", "t")]),
      OperatorCase(
        Where(), "shared", reals: [("x", [n, 4]), ("b", [4])], parameters: [("t", [4])],
        order: ["mask", "b", "x"], before: [Node("mask", Comparison(.greater), "x", "t")]),
    ]
    + Comparison.Relation.allCases.map {
      OperatorCase(
        Comparison($0), "\($0)", reals: [("a", [n, 3]), ("b", [3])],
        inputs: ["a": (0..<15).map { Double($0 % 4) }, "b": [1, 2, 3]], hasGradient: false)
    }

  static let movement: [OperatorCase] = [
    OperatorCase(Reshape([0, 3, 2]), reals: [("x", [n, 6])]),
    OperatorCase(Reshape([-1, 6]), "flat", reals: [("x", [n, 3, 2])]),
    OperatorCase(Reshape([3, 0, 2]), "without rows", reals: [("x", [2, n, 3])]),
    OperatorCase(
      Slice(starts: [1, 5], ends: [4, 0], axes: [1, 2], steps: [2, -2]),
      reals: [("x", [n, 5, 6])]),
    OperatorCase(Slice(starts: [1], ends: [9], axes: [0]), "rows", reals: [("x", [4, n])]),
    OperatorCase(Transpose([0, 2, 3, 1]), reals: [("x", [n, 2, 3, 4])]),
    OperatorCase(Transpose([1, 0]), "rows", reals: [("x", [n, 3])]),
    OperatorCase(Pad([0, 1, 0, 0, 2, 1]), reals: [("x", [n, 2, 3])]),
    OperatorCase(Pad([1, 0, 1, 2]), "without batch", reals: [("x", [2, 3])]),
    OperatorCase(Upsample([1, 1, 2, 3]), reals: [("x", [n, 2, 3, 2])]),
    OperatorCase(Upsample([2, 1]), "without batch", reals: [("x", [3, 2])]),
    OperatorCase(
      Concatenate(axis: -1), reals: [("a", [n, 3]), ("b", [n, 1]), ("c", [n, 4])]),
    OperatorCase(Concatenate(axis: 1), "images", reals: [("a", [n, 1, 3]), ("b", [n, 2, 3])]),
    OperatorCase(Concatenate(axis: 0), "rows", reals: [("a", [2, n]), ("b", [1, n])]),
    OperatorCase(
      Concatenate(axis: 1), "the same value twice", reals: [("x", [n, 3])], order: ["x", "x"]),
  ]

  static let sums: [OperatorCase] =
    Reduce.Function.allCases.flatMap { function in
      [
        OperatorCase(
          Reduce(function, axes: [-1], keepsAxes: true), "\(function)", reals: [("x", [n, 5])]),
        OperatorCase(
          Reduce(function, axes: [1], keepsAxes: false), "\(function) of the middle",
          reals: [("x", [n, 3, 4])]),
        OperatorCase(
          Reduce(function, axes: [2, 3], keepsAxes: false), "\(function) of an image",
          reals: [("x", [n, 2, 3, 2])]),
        OperatorCase(
          Reduce(function, axes: [], keepsAxes: false), "\(function) of all", reals: [("x", [4, 3])]),
      ]
    }
    + [
      OperatorCase(Reduce(.sum, axes: [0], keepsAxes: false), "over rows", reals: [("x", [n, 3])]),
      OperatorCase(Dense(), reals: [("x", [n, 5])], parameters: [("w", [5, 3]), ("b", [3])]),
      OperatorCase(Dense(), "sets", reals: [("x", [n, 4, 5])], parameters: [("w", [5, 3])]),
      OperatorCase(MatrixProduct(), reals: [("a", [n, 2, 4]), ("b", [n, 4, 3])]),
      OperatorCase(MatrixProduct(), "rank 2", reals: [("a", [n, 4]), ("b", [4, 3])]),
      OperatorCase(MatrixProduct(), "shared right", reals: [("a", [n, 2, 4]), ("b", [4, 3])]),
      OperatorCase(MatrixProduct(), "shared left", reals: [("a", [2, 4]), ("b", [n, 4, 3])]),
      OperatorCase(
        MatrixProduct(), "heads", reals: [("a", [n, 2, 3, 4]), ("b", [n, 1, 4, 2])]),
      OperatorCase(MatrixProduct(), "rows contracted", reals: [("a", [3, n]), ("b", [n, 2])]),
      OperatorCase(
        MatrixProduct(), "the same value twice", reals: [("x", [n, 3, 3])], order: ["x", "x"]),
    ]

  static let windows: [OperatorCase] = [
    OperatorCase(
      Convolution(SlidingWindow(kernel: [3, 2], padding: [1, 0, 1, 1])),
      reals: [("x", [n, 2, 4, 3])], parameters: [("w", [3, 2, 3, 2]), ("b", [3])]),
    OperatorCase(
      Convolution(
        SlidingWindow(kernel: [2, 2], strides: [2, 1], padding: [0, 1, 1, 0], dilations: [1, 2]),
        groups: 2), "groups, strides, dilation",
      reals: [("x", [n, 4, 5, 4])], parameters: [("w", [6, 2, 2, 2])]),
    OperatorCase(
      Convolution(SlidingWindow(kernel: [3])), "one axis", reals: [("x", [n, 2, 6])],
      parameters: [("w", [4, 2, 3]), ("b", [4])]),
    OperatorCase(
      ConvolutionTranspose(
        SlidingWindow(kernel: [3, 2], strides: [2, 1], padding: [1, 0, 0, 1]),
        outputPadding: [1, 0]), reals: [("x", [n, 2, 3, 3])],
      parameters: [("w", [2, 3, 3, 2]), ("b", [3])]),
    OperatorCase(
      ConvolutionTranspose(
        SlidingWindow(kernel: [2, 2], strides: [1, 3], dilations: [2, 1]), groups: 2), "groups",
      reals: [("x", [n, 4, 2, 3])], parameters: [("w", [4, 3, 2, 2])]),
    OperatorCase(
      Pool(.maximum, SlidingWindow(kernel: [2, 2], strides: [2, 1], padding: [1, 0, 0, 1])),
      "maximum", reals: [("x", [n, 2, 5, 4])]),
    OperatorCase(
      Pool(.average, SlidingWindow(kernel: [3, 2], strides: [2, 2], padding: [1, 0, 1, 1])),
      "average", reals: [("x", [n, 2, 5, 4])]),
    OperatorCase(
      Pool(.average, SlidingWindow(kernel: [2], padding: [1, 0]), countsPadding: true),
      "average with padding", reals: [("x", [n, 2, 5])]),
  ]

  static let normalization: [OperatorCase] = [
    OperatorCase(
      BatchNormalization(), reals: [("x", [n, 3])], parameters: [("s", [3]), ("b", [3])],
      constants: moments, order: ["x", "s", "b", "mean", "variance"], sizes: ["N": 7]),
    OperatorCase(
      BatchNormalization(), "images", reals: [("x", [n, 3, 2, 2])],
      parameters: [("s", [3]), ("b", [3])], constants: moments,
      order: ["x", "s", "b", "mean", "variance"]),
    OperatorCase(
      LayerNormalization(), reals: [("x", [n, 5])], parameters: [("s", [5]), ("b", [5])]),
    OperatorCase(
      LayerNormalization(axis: 1), "two axes, no bias", reals: [("x", [n, 3, 4])],
      parameters: [("s", [3, 4])]),
    OperatorCase(
      LayerNormalization(), "sets", reals: [("x", [n, 3, 4])],
      parameters: [("s", [4]), ("b", [4])]),
    OperatorCase(
      GroupNormalization(groups: 2), reals: [("x", [n, 4, 3, 2])],
      parameters: [("s", [4]), ("b", [4])]),
    OperatorCase(
      GroupNormalization(groups: 2), "no positions", reals: [("x", [n, 6])],
      parameters: [("s", [6]), ("b", [6])]),
    OperatorCase(Softmax(), reals: [("x", [n, 5])]),
    OperatorCase(Softmax(axis: 1), "channels", reals: [("x", [n, 3, 4])]),
    OperatorCase(Softmax(axis: 0), "rows", reals: [("x", [n, 2])]),
    OperatorCase(LogSoftmax(), reals: [("x", [n, 5])]),
    OperatorCase(LogSoftmax(axis: 1), "channels", reals: [("x", [n, 3, 4])]),
  ]

  private static let moments = [
    "mean": Tensor([3], .float64([0.1, -0.2, 0.3])),
    "variance": Tensor([3], .float64([0.5, 1.5, 2])),
  ]

  /// Seven edges between five nodes; node 3 has none, the last is named from the end where allowed.
  private static let edges: [Double] = [4, 0, 2, 0, 1, 4, 0]

  static let graphs: [OperatorCase] =
    [
      OperatorCase(
        Gather(), "nodes for edges", reals: [("x", [v, 3])], integers: [("i", [e])],
        sizes: ["V": 5, "E": 7], inputs: ["i": [4, 0, 2, 0, 1, -1, 0]]),
      OperatorCase(
        Gather(), "pairs", reals: [("x", [v, 2])], integers: [("i", [e, 2])],
        sizes: ["V": 5, "E": 3], inputs: ["i": [4, 0, 2, 0, 1, 4]]),
      OperatorCase(
        Gather(), "by one symbol", reals: [("x", [n, 2])], integers: [("i", [n])],
        sizes: ["N": 5], inputs: ["i": [4, 0, 2, 0, 4]]),
      OperatorCase(
        Gather(), "embedding", reals: [], integers: [("i", [n])], parameters: [("x", [6, 3])],
        order: ["x", "i"], inputs: ["i": [4, 0, 2, 0, 5]]),
      OperatorCase(
        Gather(axis: 1), "columns", reals: [("x", [n, 4, 2])],
        constants: ["i": Tensor([3], .integer([2, 0, 2]))], order: ["x", "i"]),
      OperatorCase(
        Gather(axis: 1), "one column", reals: [("x", [n, 4])],
        constants: ["i": Tensor([], .integer([-1]))], order: ["x", "i"]),
      OperatorCase(
        Gather(), "rows by constants", reals: [("x", [v, 2])],
        constants: ["i": Tensor([3], .integer([2, 0, 2]))], order: ["x", "i"], sizes: ["V": 4]),
      OperatorCase(
        Gather(), "by computed indices", reals: [("x", [v, 2])], integers: [("i", [e])],
        constants: ["one": Tensor([], .integer([1]))], order: ["x", "next"],
        before: [Node("next", Arithmetic(.add), "i", "one")], sizes: ["V": 5, "E": 4],
        inputs: ["i": [3, 0, -1, 3]]),
      OperatorCase(
        SegmentSoftmax(), reals: [("x", [e, 2]), ("nodes", [v, 1])], integers: [("i", [e])],
        order: ["x", "i", "nodes"], sizes: ["V": 5, "E": 7], inputs: ["i": edges]),
      OperatorCase(
        SegmentSoftmax(segments: 5), "given number", reals: [("x", [e, 2])], integers: [("i", [e])],
        sizes: ["E": 7], inputs: ["i": edges]),
    ]
    + Reduce.Function.allCases.flatMap { function in
      [
        OperatorCase(
          SegmentReduce(function), "\(function)", reals: [("x", [e, 3]), ("nodes", [v, 1])],
          integers: [("i", [e])], order: ["x", "i", "nodes"], sizes: ["V": 5, "E": 7],
          inputs: ["i": edges]),
        OperatorCase(
          SegmentReduce(function, segments: 5), "\(function) of given number",
          reals: [("x", [e, 3])], integers: [("i", [e])], sizes: ["E": 7], inputs: ["i": edges]),
      ]
    }
    + Scatter.Reduction.allCases.flatMap { reduction in
      [
        OperatorCase(
          Scatter(reduction), "\(reduction)", reals: [("x", [v, 2]), ("u", [e, 2])],
          integers: [("i", [e])], order: ["x", "i", "u"], sizes: ["V": 5, "E": 7],
          inputs: ["i": [4, 0, 2, 0, 1, -1, 0]]),
        OperatorCase(
          Scatter(reduction), "\(reduction) onto a constant", reals: [("u", [e, 2])],
          integers: [("i", [e, 1])], parameters: [("x", [5, 2])], order: ["x", "i", "u"],
          sizes: ["E": 7], inputs: ["i": edges]),
      ]
    }

  static let ordering: [OperatorCase] = [
    OperatorCase(Sort(), reals: [("x", [n, 5])], outputs: ["y", "places"]),
    OperatorCase(
      Sort(axis: 1, descends: true), "descending", reals: [("x", [n, 4, 2])],
      outputs: ["y", "places"]),
    OperatorCase(Sort(axis: 0), "rows", reals: [("x", [n, 2])], outputs: ["y", "places"]),
    OperatorCase(TopK(2), reals: [("x", [n, 5])], outputs: ["y", "places"]),
    OperatorCase(
      TopK(3, axis: 1, largest: false), "smallest", reals: [("x", [n, 4, 2])],
      outputs: ["y", "places"]),
    OperatorCase(ArgMax(), reals: [("x", [n, 5])], hasGradient: false),
  ]
}
