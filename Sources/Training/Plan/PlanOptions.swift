/// How a network is trained, as far as the plan is concerned.
public struct PlanOptions: Sendable, Hashable, Codable {
  /// Parts that the batch is divided into, whatever the number of threads; `nil` chooses from the
  /// shapes. Sums over the batch are formed per part, then in order: the same bits for any threads.
  public var shards: Int?
  /// Rows that go through a run of operators together; `nil` for 512.
  public var tileRows: Int?
  /// Weight of the old value when batch normalisation updates its moving averages: Keras 0.99,
  /// PyTorch 0.9.
  public var normalizationMomentum: Double
  /// Update the moving variance with n/(n−1) times the batch's variance, as PyTorch does; Keras
  /// does not.
  public var unbiasedMovingVariance: Bool
  /// Nodes that behave as in evaluation and whose parameters stay: a scaler, a frozen layer.
  public var frozen: Set<String>
  /// Seed of dropout, noise and stochastic rounding.
  public var seed: UInt64
  /// Parts that the graph is cut into to save memory: activations and gradients inside a part share
  /// their memory with those of the other parts, and are computed again in the backward pass. The
  /// same bits for up to twice the forward time; 0 and 1 keep everything.
  public var checkpoints: Int
  /// What `Quantize` nodes do in training.
  public var quantization: QuantizePolicy

  public init(
    shards: Int? = nil, tileRows: Int? = nil, normalizationMomentum: Double = 0.99,
    unbiasedMovingVariance: Bool = false, frozen: Set<String> = [], seed: UInt64 = 1,
    checkpoints: Int = 0, quantization: QuantizePolicy = QuantizePolicy()
  ) {
    self.shards = shards
    self.tileRows = tileRows
    self.normalizationMomentum = normalizationMomentum
    self.unbiasedMovingVariance = unbiasedMovingVariance
    self.frozen = frozen
    self.seed = seed
    self.checkpoints = checkpoints
    self.quantization = quantization
  }
}
