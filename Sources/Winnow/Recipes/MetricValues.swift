import WinnowMetrics

/// The metrics of a recipe on some events.
struct MetricValues {
  private(set) var values: [String: Double] = [:]

  /// - Parameters:
  ///   - scores: the network's answers, row after row.
  ///   - truth: labels, or as many numbers as there are answers.
  init(
    _ kinds: [MetricKind], scores: [Float], truth: [Float], weights: [Double], threshold: Float
  ) throws {
    let events = weights.count
    let (width, targetWidth) = (scores.count / events, truth.count / events)
    // Of several probabilities per event the largest is the label.
    let labels = (0..<events).map { event -> Int32 in
      let row = truth[event * targetWidth..<(event + 1) * targetWidth]
      guard targetWidth > 1, let place = row.indices.max(by: { row[$0] < row[$1] }) else {
        return Int32(row.first ?? 0)
      }
      return Int32(place - row.startIndex)
    }
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

  /// JSON has no NaN: what has no value is left out.
  private mutating func set(_ name: String, _ value: Double) {
    if value.isFinite { values[name] = value }
  }
}
