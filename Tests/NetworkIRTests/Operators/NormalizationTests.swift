import Foundation
import Testing
import WinnowNetworkIR

@Suite struct NormalizationTests {
  /// Rows (1, 3) and (−2, 6) have deviations 1 and 4.
  @Test func layer() throws {
    let x = real([2, 2], [1, 3, -2, 6])
    let scale = real([2], [2, 3])
    #expect(
      try evaluate(LayerNormalization(epsilon: 0), x, scale) == [real([2, 2], [-2, 3, -2, 3])])
    #expect(
      try evaluate(LayerNormalization(epsilon: 9), x, scale, real([2], [1, 0]))
        // Deviations √(1 + 9) and √(16 + 9).
        == [
          real(
            [2, 2],
            [-1 / 10.0.squareRoot() * 2 + 1, 1 / 10.0.squareRoot() * 3, -4.0 / 5 * 2 + 1, 4.0 / 5 * 3])
        ])
    // Both axes at once: mean 2, variance (1 + 1 + 16 + 16) / 4.
    let both = try evaluate(
      LayerNormalization(axis: 0, epsilon: 0), x, real([2, 2], [1, 1, 1, 1]))[0]
    let deviation = 8.5.squareRoot()
    #expect(both == real([2, 2], [-1 / deviation, 1 / deviation, -4 / deviation, 4 / deviation]))
  }

  @Test func layerTypes() throws {
    let operation = LayerNormalization()
    let scale = TensorType([4], .float32)
    #expect(
      try operation.infer([TensorType([batch, nodes, 4], .float32), scale, scale])
        == [TensorType([batch, nodes, 4], .float32)])
    expectRefusal(
      operation, [TensorType([batch, 4], .float32), TensorType([3], .float32)],
      "takes a scale and a bias of the shape of the normalised axes, [4]")
    expectRefusal(
      LayerNormalization(epsilon: -1), [scale, scale],
      "has epsilon = -1.0; a finite number from 0 is possible")
  }

  /// Two groups of two channels with one position each: each pair has deviation 1 or 4.
  @Test func group() throws {
    let x = real([1, 4, 1], [1, 3, -2, 6])
    let (scale, bias) = (real([4], [1, 2, 3, 4]), real([4], [0, 0, 1, 0]))
    #expect(
      try evaluate(GroupNormalization(groups: 2, epsilon: 0), x, scale, bias)
        == [real([1, 4, 1], [-1, 2, -2, 4])])
    // One group a channel: one value has no deviation.
    #expect(
      try evaluate(GroupNormalization(groups: 4, epsilon: 1), x, scale, bias)
        == [real([1, 4, 1], [0, 0, 1, 0])])
    let vector = TensorType([4], .float32)
    #expect(
      try GroupNormalization(groups: 2).infer([TensorType([batch, 4, 8, 8], .float32), vector, vector])
        == [TensorType([batch, 4, 8, 8], .float32)])
    expectRefusal(
      GroupNormalization(groups: 3), [TensorType([batch, 4], .float32), vector, vector],
      "splits 4 channels into 3 equal groups")
  }

  @Test func softmax() throws {
    let x = real([2, 2], [0, 0, log(3), 0])
    #expect(try evaluate(Softmax(axis: 1), x)[0].elements.doubles.prefix(2) == [0.5, 0.5])
    let columns = try evaluate(Softmax(axis: 0), x)[0].elements.doubles
    let rows = try evaluate(Softmax(), x)[0].elements.doubles
    let logarithms = try evaluate(LogSoftmax(), x)[0].elements.doubles
    // e^ln 3 = 3 to a few units in the last place.
    for (found, expected) in zip(columns, [0.25, 0.5, 0.75, 0.5]) { #expect(abs(found - expected) < 1e-15) }
    for (found, expected) in zip(rows, [0.5, 0.5, 0.75, 0.25]) { #expect(abs(found - expected) < 1e-15) }
    for (found, expected) in zip(logarithms, rows) { #expect(abs(found - log(expected)) < 1e-15) }
    // Large numbers do not overflow.
    #expect(try evaluate(Softmax(), real([2], [1000, -1000])) == [real([2], [1, 0])])
    #expect(try evaluate(LogSoftmax(), real([2], [1000, -1000])) == [real([2], [0, -2000])])
    #expect(
      try Softmax(axis: 1).infer([TensorType([batch, 3], .fixed(fraction: 2))])
        == [TensorType([batch, 3], .float64)])
    expectRefusal(
      Softmax(axis: 1), [TensorType([3], .float32)], "axis 1 is out of range for a tensor of 1 dimensions")
  }
}
