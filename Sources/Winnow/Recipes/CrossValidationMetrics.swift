/// `metrics.json` of a cross-validation: each fold's results, their means and standard deviations.
public struct CrossValidationMetrics: Sendable, Codable, Hashable {
  public struct Fold: Sendable, Codable, Hashable {
    /// The fold's folder, below that of the cross-validation.
    public var folder: String
    public var events: TrainingMetrics.Events
    public var validation: TrainingMetrics.Evaluated
    public var test: TrainingMetrics.Evaluated?
  }

  /// A number over the folds.
  public struct Spread: Sendable, Codable, Hashable {
    public var mean: Double
    /// Of the folds about their mean, divided by their number less one.
    public var standardDeviation: Double

    /// - Precondition: two values or more.
    init(_ values: [Double]) {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      standardDeviation = (squares / (count - 1)).squareRoot()
    }
  }

  public var name: String
  public var seed: UInt64
  public var folds: [Fold]
  /// `loss` and the recipe's metrics, of what every fold has.
  public var validation: [String: Spread]
  public var test: [String: Spread]?

  init(name: String, seed: UInt64, folds: [Fold]) {
    self.name = name
    self.seed = seed
    self.folds = folds
    validation = Self.spreads(folds.map(\.validation))
    let tests = folds.compactMap(\.test)
    test = tests.count == folds.count ? Self.spreads(tests) : nil
  }

  private static func spreads(_ evaluated: [TrainingMetrics.Evaluated]) -> [String: Spread] {
    var spreads = ["loss": Spread(evaluated.map(\.loss))]
    for name in evaluated.first?.metrics.keys.sorted() ?? [] {
      let values = evaluated.compactMap { $0.metrics[name] }
      // A metric without a value in some fold has no mean.
      if values.count == evaluated.count { spreads[name] = Spread(values) }
    }
    return spreads
  }
}
