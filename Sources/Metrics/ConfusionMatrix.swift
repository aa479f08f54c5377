/// How often events of each class were given to each, with weights; streamed over batches.
public struct ConfusionMatrix: Sendable, Codable, Hashable {
  public let classCount: Int
  /// Sums of weights, true class by predicted class, row-major.
  public private(set) var counts: [Double]

  /// - Precondition: at least one class.
  public init(classCount: Int) {
    precondition(classCount > 0, "a confusion matrix has at least one class")
    self.classCount = classCount
    counts = Array(repeating: 0, count: classCount * classCount)
  }

  /// The weight of events of class `truth` that were given to `prediction`.
  public subscript(truth: Int, prediction: Int) -> Double {
    counts[truth * classCount + prediction]
  }

  /// Adds an event; throws for classes that do not exist.
  public mutating func add(truth: Int, prediction: Int, weight: Double = 1)
    throws(MetricError)
  {
    try MetricError.require(
      (0..<classCount).contains(truth) && (0..<classCount).contains(prediction),
      "an event of class \(truth) given to class \(prediction) is outside of \(classCount) classes")
    counts[truth * classCount + prediction] += weight
  }

  /// Adds events whose class is that of the largest score, the first of equal ones.
  ///
  /// - Parameter scores: row-major, `classCount` per event.
  public mutating func add<Scalar: BinaryFloatingPoint>(
    labels: [Int32], scores: [Scalar], weights: [Double]? = nil
  ) throws(MetricError) {
    try checkCounts(labels.count, scores.count, classCount, weights?.count)
    for (event, label) in labels.enumerated() {
      let row = scores[event * classCount..<(event + 1) * classCount]
      let best = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) }
      try add(
        truth: Int(label), prediction: best! - row.startIndex, weight: weights?[event] ?? 1)
    }
  }

  /// The sum of all weights.
  public var total: Double { counts.reduce(0, +) }

  /// The part of events given to their own class; NaN without events.
  public var accuracy: Double {
    (0..<classCount).reduce(0) { $0 + self[$1, $1] } / total
  }

  /// The part of the events given to the class that belong to it; NaN where there are none.
  public func precision(_ class: Int) -> Double {
    self[`class`, `class`] / (0..<classCount).reduce(0) { $0 + self[$1, `class`] }
  }

  /// The part of the class's events that were given to it; NaN where there are none.
  public func recall(_ class: Int) -> Double {
    self[`class`, `class`] / (0..<classCount).reduce(0) { $0 + self[`class`, $1] }
  }

  /// The harmonic mean of precision and recall.
  public func f1(_ class: Int) -> Double {
    let (p, r) = (precision(`class`), recall(`class`))
    return 2 * p * r / (p + r)
  }
}

/// Throws unless scores and weights belong to the events.
func checkCounts(_ events: Int, _ scores: Int, _ perEvent: Int, _ weights: Int?)
  throws(MetricError)
{
  try MetricError.require(
    scores == events * perEvent && (weights ?? events) == events,
    "\(events) events come with \(scores) scores, \(perEvent) each, and \(weights ?? events) "
      + "weights; give arrays of the same events")
}
