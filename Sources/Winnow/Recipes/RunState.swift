import Foundation
import WinnowTraining

/// What a run has to remember beside its trainer: the parts that are over, and the Pareto set.
struct RunState: Codable {
  /// The part that the checkpoint belongs to.
  var stage = 0
  /// Epochs of the parts before.
  var earlier: [EpochLine] = []
  /// Epochs whose networks no other beats in loss and cost.
  var front = ParetoFront<Int>()
  /// Bit operations of each epoch of the part, where widths are learned.
  var costs: [Double] = []

  init() {}

  init(_ bytes: [UInt8]) throws {
    do { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) } catch {
      throw TrainingError("the checkpoint was written by another version; give another run directory")
    }
  }

  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return Array(try encoder.encode(self))
  }
}

/// One line of `metrics.json`.
public struct EpochLine: Sendable, Codable, Hashable {
  /// The part: `float`, `smaller`, `steps` or `quantized`; rounds of pruning with their number behind.
  public var stage: String
  /// From 1 in each part.
  public var epoch: Int
  public var loss: Double
  public var validationLoss: Double?
  public var learningRate: Double
  public var isBest: Bool
  /// Of the exact program after the epoch, where widths are learned.
  public var effectiveBitOperations: Double?
}
