/// `metrics.json`: what a training came to. The same recipe gives the same bytes.
public struct TrainingMetrics: Sendable, Codable, Hashable {
  public struct Events: Sendable, Codable, Hashable {
    public var training: Int
    public var validation: Int
    public var test: Int
  }

  public struct Evaluated: Sendable, Codable, Hashable {
    public var loss: Double
    public var metrics: [String: Double]
  }

  public struct Candidate: Sendable, Codable, Hashable {
    public var epoch: Int
    public var loss: Double
    public var effectiveBitOperations: Double
  }

  /// Of the network in `network.onnx`.
  public struct Size: Sendable, Codable, Hashable {
    public var weights: Int
    /// As the firmware sees them: after quantisation.
    public var zeroWeights: Int
    public var sparsity: Double
    /// `nil` for a network without exact form.
    public var effectiveBitOperations: Int?
    /// `winnow compile`'s estimate for the recipe's clock and device; `nil` for what has no exact form
    /// or more than half a million bit operations.
    public var lookUpTables: Int?
  }

  /// In which floating point the losses are those of the firmware's integers.
  public struct Exact: Sendable, Codable, Hashable {
    public var precision: String
    public var node: String
    public var bits: Int?
  }

  public var name: String
  public var seed: UInt64
  public var events: Events
  public var epochs: [EpochLine]
  /// The epoch that `network.onnx` is of, in the last part.
  public var epoch: Int?
  public var validation: Evaluated?
  public var test: Evaluated?
  public var size: Size
  public var exactness: Exact?
  public var notExact: String?
  /// The teacher's score above which an event is accepted, where its decisions are learned.
  public var threshold: Float?
  /// By rising cost; their networks are in `pareto/`.
  public var pareto: [Candidate]
}
