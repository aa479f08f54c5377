public import WinnowNetworkIR

/// Effective bit operations of a network as a function of its learned widths: over all
/// multiplications the product of the factors' bits, and the bits of the biases.
///
/// Widths count as whole numbers; the gradient treats rounding as the identity. A compiled program
/// needs no more (``FixedPointProgram/effectiveBitOperations``), as it sees the weights' own bits.
/// - Reference: arXiv:2405.00645, eq. 5; the numbers of HGQ2 0.2.
public struct BitOperations: Sendable {
  /// One layer: each weight meets a group of inputs, one per position.
  struct Layer: Sendable {
    var name: String
    /// Width and group of each weight.
    var weights: [(atom: Int, group: Int)]
    /// For each group, how often each width occurs among its inputs.
    var groups: [[(atom: Int, count: Double)]]
    var biases: [Int]
    var outputs: Int
  }

  private let atoms: [WidthAtoms.Atom]
  private let layers: [Layer]

  /// - Throws: ``TrainingError`` naming a layer whose inputs or weights are not quantised.
  public init(_ network: Network, _ layout: ParameterLayout) throws {
    let network = try network.bindingBatch()
    let types = try network.verify()
    let widths = try WidthAtoms(network, layout)
    atoms = widths.atoms
    layers = try network.nodes.compactMap { node -> Layer? in
      guard node.operation is Dense || node.operation is Convolution else { return nil }
      let shapes = node.inputs.map { types[$0]?.sizes ?? [] }
      let places = node.inputs.compactMap { widths.places($0) }
      guard places.count == node.inputs.count else {
        throw TrainingError(
          "the inputs or weights of layer '\(node.name)' are not quantised; its bit operations cannot be counted"
        )
      }
      let outputs = types[node.outputs[0]]?.sizes?.reduce(1, *) ?? 0
      var layer = Layer(
        name: node.name, weights: [], groups: [],
        biases: places.count == 3 ? places[2] : [], outputs: outputs)
      if let convolution = node.operation as? Convolution {
        try layer.connect(convolution, shapes[0], shapes[1], places[0], places[1])
      } else {
        layer.connectDense(columns: shapes[1][1], places[0], places[1])
      }
      return layer
    }
  }

  /// The number for widths as they are.
  public func value<Scalar: TrainingScalar>(_ parameters: Buffer<Scalar>) -> Double {
    byLayer(parameters).reduce(0) { $0 + $1.operations }
  }

  public func byLayer<Scalar: TrainingScalar>(
    _ parameters: Buffer<Scalar>
  ) -> [(layer: String, operations: Double)] {
    let bits = atoms.map { Self.bits($0, parameters) }
    return layers.map { layer in
      let inputs = layer.groups.map { $0.reduce(0) { $0 + bits[$1.atom] * $1.count } }
      var sum = layer.weights.reduce(0) { $0 + bits[$1.atom] * inputs[$1.group] }
      if !layer.biases.isEmpty {
        let mean = layer.biases.reduce(0) { $0 + bits[$1] } / Double(layer.biases.count)
        sum += mean * Double(layer.outputs)
      }
      return (layer.name, sum)
    }
  }

  /// Adds `factor` times the derivative by every learned width to a flat gradient.
  public func addGradient<Scalar: TrainingScalar>(
    _ factor: Double, _ parameters: Buffer<Scalar>, to gradient: Buffer<Scalar>
  ) {
    let bits = atoms.map { Self.bits($0, parameters) }
    var slopes = Array(repeating: 0.0, count: atoms.count)
    for layer in layers {
      let inputs = layer.groups.map { $0.reduce(0) { $0 + bits[$1.atom] * $1.count } }
      var weights = Array(repeating: 0.0, count: layer.groups.count)
      for weight in layer.weights {
        slopes[weight.atom] += inputs[weight.group]
        weights[weight.group] += bits[weight.atom]
      }
      for (group, members) in layer.groups.enumerated() {
        for member in members { slopes[member.atom] += weights[group] * member.count }
      }
      for bias in layer.biases {
        slopes[bias] += Double(layer.outputs) / Double(layer.biases.count)
      }
    }
    for (atom, slope) in zip(atoms, slopes) where slope != 0 {
      guard case .learned(let fraction, let integer, _, _) = atom,
        Self.magnitude(atom, parameters) > 0
      else { continue }
      gradient[fraction] += Scalar(factor * slope)
      if let integer { gradient[integer] += Scalar(factor * slope) }
    }
  }

  private static func bits<Scalar: TrainingScalar>(
    _ atom: WidthAtoms.Atom, _ parameters: Buffer<Scalar>
  ) -> Double {
    switch atom {
    case .fixed(let bits): bits
    case .learned(_, _, _, let sign): max(magnitude(atom, parameters), 0) + sign
    }
  }

  /// `i + f`, both rounded.
  private static func magnitude<Scalar: TrainingScalar>(
    _ atom: WidthAtoms.Atom, _ parameters: Buffer<Scalar>
  ) -> Double {
    guard case .learned(let fraction, let integer, let base, _) = atom else { return 0 }
    let before = integer.map { Double(parameters[$0]) } ?? base
    return Double(parameters[fraction]).rounded(.toNearestOrEven)
      + before.rounded(.toNearestOrEven)
  }
}

extension BitOperations.Layer {
  fileprivate mutating func connectDense(columns: Int, _ x: [Int], _ w: [Int]) {
    let inner = w.count / max(columns, 1)
    groups = (0..<inner).map { place in
      counted(stride(from: place, to: x.count, by: inner).map { x[$0] })
    }
    weights = w.enumerated().map { ($1, $0 / columns) }
  }

  fileprivate mutating func connect(
    _ convolution: Convolution, _ image: [Int], _ kernel: [Int], _ x: [Int], _ w: [Int]
  ) throws {
    let isFirst = convolution.layout == .channelsFirst
    let extents = isFirst ? Array(image[2...]) : Array(image.dropLast())
    let channels = isFirst ? image[1] : image[image.count - 1]
    let area = extents.reduce(1, *)
    let windows = try convolution.window.positions(extents)
    let taps = kernel[2...].reduce(1, *)
    groups = (0..<channels * taps).map { group in
      let (channel, tap) = (group / taps, group % taps)
      return counted(
        windows.compactMap { $0[tap] }.map { isFirst ? x[channel * area + $0] : x[$0 * channels + channel] })
    }
    let perGroup = kernel[0] / convolution.groups
    weights = w.enumerated().map { place, atom in
      let (filter, rest) = (place / (kernel[1] * taps), place % (kernel[1] * taps))
      return (atom, filter / perGroup * kernel[1] * taps + rest)
    }
  }

  private func counted(_ atoms: [Int]) -> [(atom: Int, count: Double)] {
    var counts: [Int: Double] = [:]
    for atom in atoms { counts[atom, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
