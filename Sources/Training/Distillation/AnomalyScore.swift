import Foundation

/// An anomaly detector's score as something to learn: by regression, or as the decision above a
/// threshold.
///
/// - Reference: E. Govorkova et al., arXiv:2108.03986; knowledge distillation for anomaly detection,
///   A. A. Pol et al., arXiv:2310.06047.
public enum AnomalyScore {
  /// Mean squared difference of a network's answer and what it should reproduce, by event.
  public static func reconstructionErrors(
    _ reconstructed: [Float], of events: [Float], features: Int
  ) throws -> [Float] {
    guard features > 0, reconstructed.count == events.count, events.count % features == 0 else {
      throw TrainingError(
        "\(reconstructed.count) reconstructed numbers do not go with \(events.count) of events of \(features) features"
      )
    }
    return (0..<events.count / features).map { event in
      var sum = 0.0
      for place in event * features..<(event + 1) * features {
        let difference = Double(reconstructed[place]) - Double(events[place])
        sum += difference * difference
      }
      return Float(sum / Double(features))
    }
  }

  /// Scores for regression: `ln(1 + score)` tames the tail that a mean error would be ruled by.
  public static func logarithms(_ scores: [Float]) -> [Float] {
    scores.map { Float(log1p(max(Double($0), 0))) }
  }

  /// The score above which a share of the background lies: a trigger's rate.
  ///
  /// - Throws: ``TrainingError`` when fewer than ten background events would lie above it.
  public static func threshold(_ background: [Float], acceptance: Double) throws -> Float {
    guard acceptance > 0, acceptance < 1, acceptance * Double(background.count) >= 10 else {
      throw TrainingError(
        "a share of \(acceptance) of \(background.count) background events is fewer than ten; a threshold needs more"
      )
    }
    return Float(percentile(100 * (1 - acceptance), of: background.map { Double($0) }))
  }

  /// 1 for events above the threshold, else 0: the target of ``DistillationLoss/crossEntropy``.
  public static func decisions(_ scores: [Float], above threshold: Float) -> [Float] {
    scores.map { $0 > threshold ? 1 : 0 }
  }

  /// Weights that give both decisions the same sum, which is the number of events.
  public static func balancedWeights(_ decisions: [Float]) throws -> [Float] {
    let count = Double(decisions.count)
    let accepted = Double(decisions.count { $0 == 1 })
    guard accepted > 0, accepted < count else {
      throw TrainingError(
        "\(Int(accepted)) of \(decisions.count) events are above the threshold; both kinds are needed")
    }
    return decisions.map { Float(count / 2 / ($0 == 1 ? accepted : count - accepted)) }
  }
}
