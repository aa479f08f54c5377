/// How a network is trained: everything but the network, its objective and its data.
public struct TrainingConfiguration: Sendable, Codable, Hashable {
  public var batchSize: Int
  public var epochs: Int
  public var threads: Int
  public var optimizer: AnyOptimizer
  /// `nil`: the optimiser's own rate.
  public var schedule: AnySchedule?
  /// Lowers the rate where the validation loss no longer falls; replaces ``schedule``.
  public var plateau: ReduceOnPlateau?
  public var clipping: GradientClipping
  /// Penalties on the weights of layers (not on biases or normalisations), as Keras's
  /// `kernel_regularizer`.
  public var l1: Double
  public var l2: Double
  /// Averages of the weights are what is validated and kept, where there are any.
  public var movingAverage: ExponentialMovingAverage?
  public var earlyStopping: EarlyStopping?
  /// The first epoch, from 0, that may be the best: that by which pruning is done.
  public var firstBestEpoch: Int
  public var plan: PlanOptions

  public init(
    batchSize: Int = 1024, epochs: Int = 10, threads: Int = 1,
    optimizer: AnyOptimizer = .adam(Adam(convention: .keras3)),
    schedule: AnySchedule? = nil, plateau: ReduceOnPlateau? = nil,
    clipping: GradientClipping = .none, l1: Double = 0,
    l2: Double = 0, movingAverage: ExponentialMovingAverage? = nil,
    earlyStopping: EarlyStopping? = nil, firstBestEpoch: Int = 0, plan: PlanOptions = PlanOptions()
  ) {
    self.batchSize = batchSize
    self.epochs = epochs
    self.threads = threads
    self.optimizer = optimizer
    self.schedule = schedule
    self.plateau = plateau
    self.clipping = clipping
    self.l1 = l1
    self.l2 = l2
    self.movingAverage = movingAverage
    self.earlyStopping = earlyStopping
    self.firstBestEpoch = firstBestEpoch
    self.plan = plan
  }

  /// - Throws: ``TrainingError`` naming the first setting that has no meaning.
  public func validate() throws {
    guard batchSize >= 1 else { throw TrainingError("batch is \(batchSize); give 1 or more") }
    guard epochs >= 0 else { throw TrainingError("epochs is \(epochs); give 0 or more") }
    guard threads >= 1, threads <= 256 else {
      throw TrainingError("threads is \(threads); give 1 to 256")
    }
    try optimizer.optimizer.validate()
    try schedule?.validate()
    try plateau?.validate()
    try clipping.validate()
    try movingAverage?.validate()
    guard l1 >= 0, l2 >= 0, l1.isFinite, l2.isFinite else {
      throw TrainingError("l1 \(l1) and l2 \(l2) must be 0 or more")
    }
  }
}
