import Testing

@testable import Winnow

@Suite struct MetricValuesTests {
  private func values(
    _ kinds: [MetricKind], scores: [Float], truth: [Float], weights: [Double]? = nil,
    threshold: Float = 0
  ) throws -> [String: Double] {
    try MetricValues(
      kinds, scores: scores, truth: truth,
      weights: weights ?? [Double](repeating: 1, count: truth.count), threshold: threshold
    ).values
  }

  /// Where a split has one class only, the area is left out and the rest stays.
  @Test(arguments: [0, 1] as [Float]) func oneClass(label: Float) throws {
    let found = try values([.accuracy, .auc], scores: [1, -1], truth: [label, label])
    #expect(found == ["accuracy": 0.5])
    // Of two pairs of unlike events one has the larger score for the signal.
    let both = try values([.auc], scores: [1, -1, 0], truth: [0, 0, 1])
    #expect(both == ["auc": 0.5])
  }
}
