/// The weighted part of events that are right; streamed over batches.
public struct Accuracy: Sendable, Codable, Hashable {
  public private(set) var right = 0.0
  public private(set) var total = 0.0

  public init() {}

  /// The part so far; NaN without events.
  public var value: Double { right / total }

  /// Adds events of two classes, taken for class 1 where the score is above the threshold.
  ///
  /// - Parameter threshold: 0.5 for probabilities, 0 for logits.
  public mutating func add<Scalar: BinaryFloatingPoint>(
    labels: [Int32], scores: [Scalar], threshold: Scalar = 0.5, weights: [Double]? = nil
  ) throws(MetricError) {
    try checkCounts(labels.count, scores.count, 1, weights?.count)
    for (event, label) in labels.enumerated() {
      let weight = weights?[event] ?? 1
      total += weight
      if (scores[event] > threshold) == (label == 1) { right += weight }
    }
  }

  /// Adds events of several classes, right where the score of their class is among the `top`
  /// largest; of equal scores the lower class counts as the larger.
  ///
  /// - Parameter scores: row-major, as many per event as there are classes.
  public mutating func add<Scalar: BinaryFloatingPoint>(
    labels: [Int32], scores: [Scalar], classCount: Int, top: Int = 1, weights: [Double]? = nil
  ) throws(MetricError) {
    try checkCounts(labels.count, scores.count, classCount, weights?.count)
    for (event, label) in labels.enumerated() {
      try MetricError.require(
        (0..<classCount).contains(Int(label)),
        "event \(event) has label \(label), and there are \(classCount) classes")
      let row = event * classCount
      let own = scores[row + Int(label)]
      let larger = (0..<classCount).count {
        scores[row + $0] > own || (scores[row + $0] == own && $0 < Int(label))
      }
      let weight = weights?[event] ?? 1
      total += weight
      // A score that is no number is never right.
      if !own.isNaN && larger < top { right += weight }
    }
  }
}
