import WinnowMetrics

/// The metrics of a recipe on some events.
struct MetricValues {
  private(set) var values: [String: Double] = [:]

  /// - Parameters:
  ///   - scores: the network's answers, row after row.
  ///   - truth: labels, or as many numbers as there are answers; without any there is no metric.
  ///   - target: the name of what they are compared with.
  /// - Throws: ``RecipeError`` for targets that are no labels where labels are needed.
  init(
    _ kinds: [MetricKind], scores: [Float], truth: [Float], weights: [Double], threshold: Float,
    target: String
  ) throws {
    let events = weights.count
    guard events > 0 else { return }
    let (width, targetWidth) = (scores.count / events, truth.count / events)
    let labels =
      kinds.contains { !$0.comparesNumbers }
      ? try Self.labels(truth, width: targetWidth, of: target) : []
    for kind in kinds {
      switch kind {
      case .accuracy:
        var accuracy = Accuracy()
        if width == 1 {
          try accuracy.add(labels: labels, scores: scores, threshold: threshold, weights: weights)
        } else {
          try accuracy.add(labels: labels, scores: scores, classCount: width, weights: weights)
        }
        set("accuracy", accuracy.value)
      case .auc:
        if width == 1 {
          // Events of one class alone have no curve.
          guard labels.contains(1), labels.contains(where: { $0 != 1 }) else { continue }
          set("auc", try ROCCurve(labels: labels, scores: scores, weights: weights).area)
          continue
        }
        // Each class against all others.
        for place in 0..<width {
          let own = (0..<events).map { scores[$0 * width + place] }
          let isOwn = labels.map { $0 == Int32(place) ? Int32(1) : 0 }
          guard isOwn.contains(1), isOwn.contains(0) else { continue }
          set("auc_\(place)", try ROCCurve(labels: isOwn, scores: own, weights: weights).area)
        }
      case .rmse, .mae, .bias, .r2:
        guard width == targetWidth else {
          throw RecipeError(
            "the metric '\(kind.rawValue)' compares numbers with numbers, and the target has \(targetWidth) for \(width) answers; leave it out"
          )
        }
        var summary = RegressionSummary()
        try summary.add(
          truth: truth, estimates: scores, weights: weights.flatMap { repeatElement($0, count: width) })
        switch kind {
        case .rmse: set("rmse", summary.rootMeanSquaredError)
        case .mae: set("mae", summary.meanAbsoluteError)
        case .bias: set("bias", summary.bias)
        default: set("r2", summary.determination)
        }
      }
    }
  }

  /// Of several probabilities per event the largest is the label.
  private static func labels(_ truth: [Float], width: Int, of target: String) throws -> [Int32] {
    try stride(from: 0, to: truth.count, by: width).map { start in
      let row = truth[start..<start + width]
      if width > 1, let place = row.indices.max(by: { row[$0] < row[$1] }) {
        return Int32(place - start)
      }
      guard let label = Int32(exactly: row[start]) else {
        throw RecipeError(noLabel(row[start], target))
      }
      return label
    }
  }

  static func noLabel(_ value: Float, _ target: String) -> String {
    "'metrics' has accuracy or auc, which compare with labels, and the target '\(target)' has \(value), which is none; leave them out, or give whole numbers"
  }

  /// JSON has no NaN: what has no value is left out.
  private mutating func set(_ name: String, _ value: Double) {
    if value.isFinite { values[name] = value }
  }
}

extension MetricKind {
  /// Else with labels.
  var comparesNumbers: Bool { ![.accuracy, .auc].contains(self) }
}
