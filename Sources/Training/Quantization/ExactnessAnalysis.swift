import WinnowFixedPoint
import WinnowNetworkIR

/// Bits that floating point needs to compute the nodes of a network exactly.
struct ExactnessAnalysis {
  /// Largest magnitude of an element, and the bits behind its point.
  struct Bound {
    var magnitude: Double
    var fraction: Int
  }

  private let network: Network
  private var bounds: [String: (shape: [Int], elements: [Bound])] = [:]
  private var fractions: ClosedRange<Int> = 0...0

  /// - Parameter network: batch bound to 1, constants folded.
  init(_ network: Network) throws {
    self.network = network
    let program = try FixedPointProgram(network)
    for trace in program.traces {
      let elements = trace.values.map { value in
        let range = program.intervals[value]
        return Bound(magnitude: max(-range.minimum, range.maximum), fraction: range.fraction)
      }
      bounds[trace.name] = (trace.shape, elements)
    }
    for (name, tensor) in network.constants {
      guard let (mantissas, fraction) = tensor.mantissas else { continue }
      let unit = Double(sign: .plus, exponent: -fraction, significand: 1)
      bounds[name] = (
        tensor.shape,
        mantissas.map { mantissa in
          // A weight of few bits makes terms of few bits.
          let zeros = mantissa == 0 ? fraction : mantissa.trailingZeroBitCount
          return Bound(magnitude: Double(mantissa.magnitude) * unit, fraction: fraction - zeros)
        }
      )
    }
  }

  func precision(_ bits: Int?, of node: Node) -> Exactness.Precision {
    guard let bits else { return isReal(node) ? .float64 : .neither }
    if bits <= 24, hasSinglePoint(node) { return .float32 }
    return bits <= 53 ? .float64 : .neither
  }

  /// Whether all steps and magnitudes are far from the ends of single precision's exponents.
  private func hasSinglePoint(_ node: Node) -> Bool {
    (node.inputs + node.outputs).allSatisfy { name in
      (bounds[name]?.elements ?? []).allSatisfy { bound in
        bound.fraction <= 100 && bound.magnitude < 0x1p100
      }
    }
  }

  /// A real number between exact ones, whose definition is double arithmetic.
  private func isReal(_ node: Node) -> Bool {
    switch node.operation {
    case is RealFunction, is Arithmetic, is Relu, is LeakyRelu, is Clip, is Absolute: true
    default: Self.moving.contains(node.operation.name)
    }
  }

  private static let moving: Set<String> = [
    Reshape.name, Transpose.name, Slice.name, Concatenate.name, Pad.name, "Dropout", "Gather",
    "Where", "Upsample", "ArgMax", "TopK", "Sort",
  ]

  /// Bits of the largest number that occurs while a node is computed; `nil` without a bound.
  func bits(of node: Node) -> Int? {
    switch node.operation {
    case let dense as Dense:
      return dense.accumulation == .exact ? bitsOfDense(node) : nil
    case let convolution as Convolution:
      return convolution.accumulation == .exact ? bits(of: convolution, node) : nil
    case let reduce as Reduce where reduce.function == .sum || reduce.function == .mean:
      return bitsOfSum(node)
    case let pool as Pool where pool.function == .average: return bitsOfSum(node)
    case is Quantize, is BipolarQuantize, is Relu, is LeakyRelu, is Clip, is Absolute, is Arithmetic,
      is Comparison, is Reduce, is Pool:
      return bitsOfResult(node)
    default: return Self.moving.contains(node.operation.name) ? bitsOfResult(node) : nil
    }
  }

  private func bitsOfResult(_ node: Node) -> Int? {
    guard let result = bounds[node.outputs[0]] else { return nil }
    return result.elements.map { Self.bits($0.magnitude, $0.fraction) }.max() ?? 0
  }

  private func bitsOfDense(_ node: Node) -> Int? {
    let operands = node.inputs.compactMap { bounds[$0] }
    guard operands.count == node.inputs.count, bounds[node.outputs[0]] != nil else { return nil }
    let (x, w) = (operands[0].elements, operands[1].elements)
    let (inner, columns) = (operands[1].shape[0], operands[1].shape[1])
    var most = 0
    for row in 0..<(x.count / max(inner, 1)) {
      for column in 0..<columns {
        var sum = Sum(operands.count == 3 ? operands[2].elements[column] : nil)
        for place in 0..<inner { sum.add(x[row * inner + place], w[place * columns + column]) }
        most = max(most, sum.bits)
      }
    }
    return most
  }

  /// For each filter the bound of a window at the worst place of every channel.
  private func bits(of convolution: Convolution, _ node: Node) -> Int? {
    let operands = node.inputs.compactMap { bounds[$0] }
    guard operands.count == node.inputs.count, bounds[node.outputs[0]] != nil else { return nil }
    let (shape, x) = operands[0]
    let axis = convolution.layout == .channelsFirst ? 1 : shape.count - 1
    let inner = shape[(axis + 1)...].reduce(1, *)
    var channels = Array(repeating: Bound(magnitude: 0, fraction: Int.min), count: shape[axis])
    for (place, bound) in x.enumerated() {
      let channel = place / inner % shape[axis]
      channels[channel].magnitude = max(channels[channel].magnitude, bound.magnitude)
      channels[channel].fraction = max(channels[channel].fraction, bound.fraction)
    }
    let (kernel, w) = operands[1]
    let taps = kernel[2...].reduce(1, *)
    let perGroup = kernel[0] / convolution.groups
    var most = 0
    for filter in 0..<kernel[0] {
      var sum = Sum(operands.count == 3 ? operands[2].elements[filter] : nil)
      for channel in 0..<kernel[1] {
        for tap in 0..<taps {
          sum.add(
            channels[filter / perGroup * kernel[1] + channel],
            w[(filter * kernel[1] + channel) * taps + tap])
        }
      }
      most = max(most, sum.bits)
    }
    return most
  }

  /// Any sum of as many elements as fall on one result.
  private func bitsOfSum(_ node: Node) -> Int? {
    guard let x = bounds[node.inputs[0]], let y = bounds[node.outputs[0]], !y.elements.isEmpty,
      let result = bitsOfResult(node)
    else { return nil }
    var count = Double(x.elements.count / y.elements.count)
    if let pool = node.operation as? Pool { count = Double(pool.window.kernel.reduce(1, *)) }
    let largest = x.elements.map(\.magnitude).max() ?? 0
    let finest = x.elements.map(\.fraction).max() ?? 0
    return max(result, Self.bits(largest * count, finest))
  }

  /// Σ|x|·|w| and the finest step of its terms.
  private struct Sum {
    var magnitude = 0.0
    var finest = Int.min

    init(_ bias: Bound?) {
      if let bias, bias.magnitude > 0 { (magnitude, finest) = (bias.magnitude, bias.fraction) }
    }

    mutating func add(_ x: Bound, _ w: Bound) {
      guard w.magnitude > 0, x.magnitude > 0 else { return }
      magnitude += x.magnitude * w.magnitude
      finest = max(finest, x.fraction + w.fraction)
    }

    var bits: Int { magnitude == 0 ? 0 : ExactnessAnalysis.bits(magnitude, finest) }
  }

  /// Bits of the mantissas up to a magnitude. Magnitudes are summed in double precision, whose
  /// rounding a part in 10^9 more than covers.
  private static func bits(_ magnitude: Double, _ fraction: Int) -> Int {
    if magnitude == 0 { return 0 }
    let mantissa = magnitude * Double(sign: .plus, exponent: fraction, significand: 1)
    let whole = mantissa.rounded(.up)
    // Up to 2^b, every integer is a number of b bits or 2^b itself.
    let bits = Int(whole.exponent) + (whole.significand > 1 ? 1 : 0)
    let safe = mantissa * (1 + 1e-9)
    return safe > Double(sign: .plus, exponent: bits, significand: 1) && bits > 24 ? bits + 1 : bits
  }
}
