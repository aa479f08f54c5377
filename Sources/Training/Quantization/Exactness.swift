public import WinnowNetworkIR

/// Whether floating-point evaluation of a quantised network gives the numbers of its firmware.
public struct Exactness: Sendable, Hashable {
  public enum Precision: String, Sendable, Hashable, Comparable {
    /// Not even double precision is proven to be exact; evaluate the exact program.
    case neither
    case float64
    case float32

    /// Narrower arithmetic that suffices is better.
    public static func < (a: Precision, b: Precision) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .neither: 0
      case .float64: 1
      case .float32: 2
      }
    }
  }

  /// The narrowest floating point that is proven to be exact.
  public var precision: Precision
  /// The node that needs the most bits, and how many; `nil` bits where it has no bound.
  public var node: String
  public var bits: Int?
}

extension Network {
  /// Decides, from the exact intervals of the lowered program and the weights as they are, which
  /// floating point gives the firmware's integers: whatever the order of a sum, every partial sum is
  /// a multiple of the step below 2^24 (2^53) steps.
  ///
  /// Real functions are computed in double precision on both sides, so that they cap at float64. The
  /// bound depends on weights: ask again when they have changed.
  ///
  /// - Throws: ``NetworkError`` when the network does not lower.
  /// - Complexity: that of lowering the network for one event.
  public func exactness() throws -> Exactness {
    // Learned steps are rounded to powers of two before they compile: other numbers.
    if let node = nodes.first(where: { $0.operation is LearnedStepQuantize }) {
      return Exactness(precision: .neither, node: node.name, bits: nil)
    }
    let network = try ConstantFolding().run(on: fixingWidths().bindingBatch())
    let analysis = try ExactnessAnalysis(network)
    var result = Exactness(precision: .float32, node: "", bits: 0)
    for node in network.nodes {
      let bits = analysis.bits(of: node)
      let precision = analysis.precision(bits, of: node)
      if precision < result.precision || (bits ?? .max) > (result.bits ?? .max) {
        result = Exactness(precision: min(precision, result.precision), node: node.name, bits: bits)
      }
    }
    return result
  }
}
