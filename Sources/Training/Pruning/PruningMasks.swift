public import WinnowNetworkIR

/// Which weights are there: 1 kept, 0 pruned, over the flat array of parameters.
public struct PruningMasks: Sendable, Hashable, Codable {
  /// Among which weights a sparsity holds.
  public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    /// In each tensor by itself.
    case tensor
    /// Over all tensors together: layers that matter less lose more.
    case network
  }

  /// The tensors that are pruned.
  public let ranges: [Range<Int>]
  public private(set) var values: [Float]

  /// Nothing pruned yet.
  ///
  /// - Parameter excluding: constants that stay whole; `*` stands for any characters. Biases and
  ///   factors of normalisations are never pruned.
  /// - Throws: ``TrainingError`` when nothing is left to prune.
  public init(_ layout: ParameterLayout, excluding: [String] = []) throws {
    ranges = layout.entries
      .filter { entry in
        entry.isKernel && !excluding.contains { entry.name.matches(wildcard: $0) }
      }
      .map(\.range)
    values = Array(repeating: 1, count: layout.count)
    guard !ranges.isEmpty else {
      throw TrainingError("no weights are left to prune; exclude fewer than \(excluding)")
    }
  }

  /// The share of the weights that are pruned.
  public var sparsity: Double {
    let count = ranges.reduce(0) { $0 + $1.count }
    let pruned = ranges.reduce(0) { $0 + values[$1].count { $0 == 0 } }
    return Double(pruned) / Double(max(count, 1))
  }

  /// Keeps the largest magnitudes: of n weights `k = max(round(n · (1 − sparsity)), 1)`, halves to
  /// even, and whatever is as large as the k-th.
  ///
  /// - Reference: `pruning_impl.py` of TensorFlow's model optimisation toolkit.
  /// - Complexity: O(n log n).
  public mutating func choose<Scalar: TrainingScalar>(
    sparsity: Float, _ scope: Scope, _ parameters: Buffer<Scalar>
  ) {
    let groups = scope == .tensor ? ranges.map { [$0] } : [ranges]
    for group in groups {
      let magnitudes = group.flatMap { $0.map { abs(parameters[$0]) } }
      let kept = (Float(magnitudes.count) * (1 - sparsity)).rounded(.toNearestOrEven)
      let threshold = magnitudes.sorted(by: >)[min(max(Int(kept), 1), magnitudes.count) - 1]
      for range in group {
        for place in range { values[place] = abs(parameters[place]) >= threshold ? 1 : 0 }
      }
    }
  }

  /// Sets pruned elements to zero: of parameters, or of their gradient.
  public func apply<Scalar: TrainingScalar>(to elements: Buffer<Scalar>) {
    for range in ranges {
      for place in range where values[place] == 0 { elements[place] = 0 }
    }
  }

  /// Takes masks back from a checkpoint.
  ///
  /// - Throws: ``TrainingError`` when they are of another network.
  public mutating func restore(_ values: [Float]) throws {
    guard values.count == self.values.count else {
      throw TrainingError(
        "the checkpoint masks \(values.count) parameters, the network has \(self.values.count)")
    }
    self.values = values
  }
}

extension Network {
  /// The network with its smallest weights set to zero.
  public func magnitudePruned(
    sparsity: Float, scope: PruningMasks.Scope = .network, excluding: [String] = []
  ) throws -> Network {
    guard sparsity >= 0, sparsity < 1 else {
      throw TrainingError("a sparsity of \(sparsity) is asked for; give a share from 0 to below 1")
    }
    let parameters = try Parameters<Double>(self)
    var masks = try PruningMasks(parameters.layout, excluding: excluding)
    masks.choose(sparsity: sparsity, scope, parameters.values)
    masks.apply(to: parameters.values)
    return parameters.written(into: self)
  }

  /// The network whose smallest weights are zero, as few as bring its cost to a target.
  ///
  /// Bisects the sparsity; each try costs one estimate.
  ///
  /// - Parameters:
  ///   - target: in the estimate's unit.
  ///   - most: the highest sparsity that is tried.
  /// - Throws: ``TrainingError`` when the target is not reached there.
  public func pruned(
    toCost target: Double, by estimate: any ResourceEstimate, scope: PruningMasks.Scope = .network,
    excluding: [String] = [], most: Float = 0.99, steps: Int = 10
  ) throws -> (network: Network, sparsity: Float, cost: Double) {
    func attempt(_ sparsity: Float) throws -> (network: Network, sparsity: Float, cost: Double) {
      let network = try magnitudePruned(sparsity: sparsity, scope: scope, excluding: excluding)
      return (network, sparsity, try estimate.cost(of: network.fixingWidths()))
    }
    let whole = try attempt(0)
    if whole.cost <= target { return whole }
    var best = try attempt(most)
    guard best.cost <= target else {
      throw TrainingError(
        "even \(most * 100) % of the weights pruned leaves \(best.cost) \(estimate.unit), more than \(target); narrow the formats or the layers"
      )
    }
    var low: Float = 0
    for _ in 0..<steps {
      let middle = (low + best.sparsity) / 2
      let tried = try attempt(middle)
      if tried.cost <= target { best = tried } else { low = middle }
    }
    return best
  }
}
