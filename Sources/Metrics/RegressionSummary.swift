/// Errors of a regression, streamed over batches in one pass: mean, spread, absolute and squared.
///
/// Means and squares are kept about running means (West's weighted form of Welford's update), so
/// that nothing cancels for values far from 0. The order of events decides the last bits.
///
/// - Reference: D. H. D. West, Commun. ACM 22 (1979) 532.
public struct RegressionSummary: Sendable, Codable, Hashable {
  /// The sum of weights.
  public private(set) var total = 0.0
  private var residualMean = 0.0
  private var residualSquares = 0.0
  private var truthMean = 0.0
  private var truthSquares = 0.0
  private var magnitudes = 0.0

  public init() {}

  public mutating func add<Scalar: BinaryFloatingPoint>(
    truth: [Scalar], estimates: [Scalar], weights: [Double]? = nil
  ) throws(MetricError) {
    try checkCounts(truth.count, estimates.count, 1, weights?.count)
    for i in truth.indices {
      let weight = weights?[i] ?? 1
      if weight == 0 { continue }
      let (t, residual) = (Double(truth[i]), Double(estimates[i]) - Double(truth[i]))
      total += weight
      let fromResidual = residual - residualMean
      residualMean += fromResidual * weight / total
      residualSquares += weight * fromResidual * (residual - residualMean)
      let fromTruth = t - truthMean
      truthMean += fromTruth * weight / total
      truthSquares += weight * fromTruth * (t - truthMean)
      magnitudes += weight * abs(residual)
    }
  }

  /// The mean of estimate minus truth.
  public var bias: Double { total == 0 ? .nan : residualMean }

  /// The mean absolute error.
  public var meanAbsoluteError: Double { magnitudes / total }

  /// The root of the mean squared error.
  public var rootMeanSquaredError: Double {
    (residualSquares / total + residualMean * residualMean).squareRoot()
  }

  /// The standard deviation of the residuals about their mean (divided by the total weight).
  public var standardDeviation: Double { (residualSquares / total).squareRoot() }

  /// The coefficient of determination, `R² = 1 − Σ (e − t)² / Σ (t − mean t)²`.
  public var determination: Double {
    1 - (residualSquares + total * residualMean * residualMean) / truthSquares
  }
}
