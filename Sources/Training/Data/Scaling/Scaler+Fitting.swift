extension Scaler {
  /// Fits the constants.
  ///
  /// The data are read in fixed order, in one pass (min–max) or two (standard), or as often as the
  /// memory for a sample asks (robust, quantile); the numbers do not depend on threads.
  ///
  /// - Parameters:
  ///   - rows: the training split, and nothing else: what validation and test look like must not
  ///     enter the network.
  ///   - logarithmic: places of features, in C order, that are replaced by `ln(1 + x)` first.
  ///   - sharesLastAxis: one set of constants for each place of the last axis, over all others: one
  ///     for the transverse momenta of all objects in `[objects, 3]`.
  ///   - sampleRows: the most rows from which percentiles are taken, spread evenly over the split.
  /// - Throws: ``TrainingError`` for numbers that are not finite, values at or below −1 under a
  ///   logarithm, and impossible settings.
  public static func fit(
    _ method: Method, to column: TrainingColumn, rows: RowSet, logarithmic: Set<Int> = [],
    sharesLastAxis: Bool = false, sampleRows: Int = 1_000_000
  ) throws(TrainingError) -> Scaler {
    guard !rows.isEmpty else {
      throw TrainingError("a scaler cannot be fitted on no rows; give the training split some")
    }
    if let place = logarithmic.min(by: <), place < 0 || logarithmic.contains(where: { $0 >= column.count }) {
      throw TrainingError(
        "column '\(column.name)' has features 0 to \(column.count - 1); the logarithm names another")
    }
    let isLogarithmic = (0..<column.count).map { logarithmic.contains($0) }
    let groups = sharesLastAxis ? column.shape.last ?? 1 : column.count
    let sweep = FeatureSweep(
      column: column, rows: rows, isLogarithmic: isLogarithmic, groups: groups)
    let constants: [Feature]
    switch method {
    case .standard: constants = try standard(sweep)
    case .minMax(let lower, let upper):
      guard lower.isFinite, upper.isFinite, lower < upper else {
        throw TrainingError("a min–max scaler cannot map to \(lower) to \(upper); the first must be lower")
      }
      constants = try minMax(sweep, lower, upper)
    case .robust(let lower, let upper):
      guard lower >= 0, lower < upper, upper <= 100 else {
        throw TrainingError(
          "a robust scaler cannot use percentiles \(lower) and \(upper); give 0 to 100, the lower first")
      }
      constants = try sweep.percentiles([lower, 50, upper], sampleRows: sampleRows).map {
        .affine(offset: $0[1], divisor: nonZero($0[2] - $0[0]), gain: 1, shift: 0)
      }
    case .quantile(let count, let output):
      guard count >= 2 else {
        throw TrainingError("a quantile scaler with \(count) knots has no slope; give 2 or more")
      }
      constants = try quantile(sweep, count, output, sampleRows)
    }
    return Scaler(
      method: method, shape: column.shape, isLogarithmic: isLogarithmic,
      features: (0..<column.count).map { constants[$0 % groups] })
  }

  /// Two passes: means, then squared differences from them, less what the means' rounding adds.
  private static func standard(_ sweep: FeatureSweep) throws(TrainingError) -> [Feature] {
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: sweep.groups)
    let count = Double(sweep.valuesPerGroup)
    try sweep.run { group, x in sums[group].add(x) }
    let means = sums.map { $0.value / count }
    var differences = [CompensatedSum](repeating: CompensatedSum(), count: sweep.groups)
    var squares = differences
    try sweep.run { group, x in
      let difference = x - means[group]
      differences[group].add(difference)
      squares[group].add(difference * difference)
    }
    return (0..<sweep.groups).map { group in
      let excess = differences[group].value * differences[group].value / count
      let variance = (squares[group].value - excess) / count
      // A variance within its own rounding error is that of a constant: scikit-learn's bound.
      let mean = means[group]
      let noise = count * Double.ulpOfOne * variance + squared(count * mean * Double.ulpOfOne)
      let deviation = variance <= noise ? 1 : variance.squareRoot()
      return .affine(offset: mean, divisor: deviation, gain: 1, shift: 0)
    }
  }

  private static func minMax(_ sweep: FeatureSweep, _ lower: Double, _ upper: Double)
    throws(TrainingError) -> [Feature]
  {
    var least = [Double](repeating: .infinity, count: sweep.groups)
    var most = [Double](repeating: -.infinity, count: sweep.groups)
    try sweep.run { group, x in
      least[group] = min(least[group], x)
      most[group] = max(most[group], x)
    }
    return (0..<sweep.groups).map {
      .affine(
        offset: least[$0], divisor: nonZero(most[$0] - least[$0]), gain: upper - lower, shift: lower)
    }
  }

  private static func quantile(
    _ sweep: FeatureSweep, _ count: Int, _ output: QuantileOutput, _ sampleRows: Int
  ) throws(TrainingError) -> [Feature] {
    let knots = max(2, min(count, min(sweep.rows.count, sampleRows)))
    let step = 1 / Double(knots - 1)
    let ranks = (0..<knots).map { $0 == knots - 1 ? 1 : Double($0) * step }
    return try sweep.percentiles(ranks.map { $0 * 100 }, sampleRows: sampleRows).map {
      .table(QuantileTable.knots($0, ranks: ranks, output))
    }
  }

  /// A width of a constant feature is replaced by 1, so that the feature becomes 0.
  private static func nonZero(_ width: Double) -> Double {
    width < 10 * Double.ulpOfOne ? 1 : width
  }

  private static func squared(_ x: Double) -> Double { x * x }
}

/// A sum with the rounding errors added up beside it.
///
/// - Reference: A. Neumaier, Z. Angew. Math. Mech. 54 (1974) 39.
struct CompensatedSum {
  private var sum = 0.0
  private var error = 0.0

  var value: Double { sum + error }

  mutating func add(_ x: Double) {
    let next = sum + x
    error += abs(sum) >= abs(x) ? (sum - next) + x : (x - next) + sum
    sum = next
  }
}
