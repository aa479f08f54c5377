import WinnowFixedPoint
import WinnowNetworkIR

/// Where the bits of every element of a network's values come from: types, or learned widths.
///
/// Elements are followed through operators that only move them by running these on the numbers of
/// the elements' widths.
struct WidthAtoms {
  /// One width: bits of a type, or the places of learned bits in the parameters.
  enum Atom: Sendable {
    case fixed(Double)
    /// `integer` is `nil` where it is a constant, whose value is `base`.
    case learned(fraction: Int, integer: Int?, base: Double, sign: Double)
  }

  private(set) var atoms: [Atom] = [.fixed(0)]
  private var values: [String: Tensor] = [:]

  /// - Parameter network: batch bound to 1.
  init(_ network: Network, _ layout: ParameterLayout) throws {
    let types = try network.verify()
    for node in network.nodes {
      guard let shape = types[node.outputs[0]]?.sizes else { continue }
      switch node.operation {
      case let quantize as Quantize:
        let base = atoms.count
        atoms += quantize.types.map { .fixed(Self.bits($0)) }
        assign(node, shape, quantize.shape, base)
      case let learned as LearnedQuantize:
        let base = atoms.count
        try add(learned, node, network, layout)
        assign(node, shape, network.constants[node.inputs[1]]?.shape ?? [], base)
      default: move(node, shape)
      }
    }
  }

  /// The widths of a value's elements by number, row-major; `nil` if it is no quantised value.
  func places(_ value: String) -> [Int]? {
    guard case .integer(let numbers)? = values[value]?.elements else { return nil }
    return numbers.map { Int($0) }
  }

  /// As HGQ2 counts: without the sign, but for types that saturate asymmetrically.
  private static func bits(_ type: FixedPointType) -> Double {
    let sign = type.isSigned && type.width > 0 ? 1 : 0
    return Double(type.width - sign + (type.overflow == .saturate ? sign : 0))
  }

  private mutating func add(
    _ learned: LearnedQuantize, _ node: Node, _ network: Network, _ layout: ParameterLayout
  ) throws {
    guard let fractions = network.constants[node.inputs[1]],
      let integer = network.constants[node.inputs[2]]
    else {
      throw TrainingError("the widths of node '\(node.name)' are no constants; nothing can count them")
    }
    // A frozen node, a scaler as a rule, keeps the types that it has.
    guard let fraction = layout[node.inputs[1]] else {
      atoms += learned.types(fraction: fractions, integer: integer).map { .fixed(Self.bits($0)) }
      return
    }
    let start = layout[node.inputs[2]]?.range.lowerBound
    let sign = learned.isSigned && learned.overflow == .saturate ? 1.0 : 0
    for (place, bits) in integer.elements.doubles.enumerated() {
      atoms.append(
        .learned(
          fraction: fraction.range.lowerBound + place, integer: start.map { $0 + place },
          base: bits, sign: sign))
    }
  }

  private mutating func assign(_ node: Node, _ shape: [Int], _ widths: [Int], _ base: Int) {
    let places = typePlaces(of: widths, in: shape)
    let count = shape.reduce(1, *)
    values[node.outputs[0]] = Tensor(
      shape, .integer((0..<count).map { Int64(base + places[$0 % places.count]) }))
  }

  /// Results of an operator that moves or selects elements; zeros of a padding are atom 0.
  private mutating func move(_ node: Node, _ shape: [Int]) {
    switch node.operation {
    case is Relu, is Dropout: values[node.outputs[0]] = values[node.inputs[0]]
    case is Reshape, is Transpose, is Slice, is Concatenate, is Pad, is Upsample:
      evaluate(node, shape)
    case let pool as Pool where pool.function == .maximum: evaluate(node, shape)
    case let reduce as Reduce where reduce.function == .maximum: evaluate(node, shape)
    default: break
    }
  }

  private mutating func evaluate(_ node: Node, _ shape: [Int]) {
    let inputs = node.inputs.compactMap { values[$0] }
    guard inputs.count == node.inputs.count,
      let result = try? node.operation.evaluate(inputs).first, result.shape == shape,
      let (numbers, fraction) = result.mantissas
    else { return }
    values[node.outputs[0]] = Tensor(
      shape, .integer(numbers.map { Int64($0 >> Int128(fraction)) }))
  }
}
