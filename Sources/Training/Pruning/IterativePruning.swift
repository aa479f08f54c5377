import Foundation
public import WinnowNetworkIR

/// Prunes in rounds: train, remove a share of what is left, go back to earlier weights, train again.
///
///     for round in 0..<pruning.rounds {
///       let (start, masks) = try pruning.begin(round, trained: network, rewind: early)
///       network = try train(start, [FixedMasks(masks)])
///     }
///
/// - Reference: J. Frankle et al., arXiv:1903.01611 (rewinding to an early step); A. Renda et al.,
///   arXiv:2003.02389.
public struct IterativePruning: Sendable, Hashable, Codable {
  /// Sparsity after the last round.
  public var sparsity: Float
  public var rounds: Int
  public var scope: PruningMasks.Scope
  public var excluding: [String]

  /// - Throws: ``TrainingError`` when the numbers are out of bounds.
  public init(
    sparsity: Float, rounds: Int, scope: PruningMasks.Scope = .network, excluding: [String] = []
  ) throws {
    guard sparsity > 0, sparsity < 1, rounds >= 1 else {
      throw TrainingError(
        "iterative pruning to a sparsity of \(sparsity) in \(rounds) rounds is impossible; give a share between 0 and 1 and at least one round"
      )
    }
    self.sparsity = sparsity
    self.rounds = rounds
    self.scope = scope
    self.excluding = excluding
  }

  /// Sparsity of a round, from 0: each keeps the same share of what the one before left.
  public func sparsity(round: Int) -> Float {
    if round >= rounds - 1 { return sparsity }
    return 1 - Float(pow(1 - Double(sparsity), Double(round + 1) / Double(rounds)))
  }

  /// The network that a round trains, and its masks.
  ///
  /// - Parameters:
  ///   - trained: the weights whose magnitudes decide.
  ///   - rewind: the weights to go on from: of an early step, or `trained` itself for fine-tuning.
  ///   - frozen: as in the options of the plan that trains it, whose parameters the masks are of.
  /// - Throws: ``TrainingError`` when the networks are not the same but for their weights.
  public func begin(
    _ round: Int, trained: Network, rewind: Network, frozen: Set<String> = []
  ) throws -> (network: Network, masks: PruningMasks) {
    let decided = try Parameters<Float>(trained, frozen: frozen)
    let start = try Parameters<Float>(rewind, layout: decided.layout)
    var masks = try PruningMasks(decided.layout, excluding: excluding)
    masks.choose(sparsity: sparsity(round: round), scope, decided.values)
    masks.apply(to: start.values)
    return (start.written(into: trained), masks)
  }
}
