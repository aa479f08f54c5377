import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

/// Batch normalisation with its rectifier against plain loops in double precision.
@Suite struct NormalizationKernelTests {
  struct Shape: Sendable {
    var rows, channels, inner: Int
    var count: Int { rows * channels * inner }
    func channel(_ place: Int) -> Int { place / inner % channels }
  }

  static let shapes: [Shape] =
    (1...70).map { Shape(rows: 3 + $0 % 7, channels: $0, inner: 1) }
    + (1...70).map { Shape(rows: 2, channels: 3, inner: $0) }
    + [Shape(rows: 700, channels: 57, inner: 1), Shape(rows: 5, channels: 2, inner: 900)]

  @Test(arguments: KernelSet.supported)
  func forwardAndBackwardAgreeWithLoops(_ set: KernelSet) {
    for (index, shape) in Self.shapes.enumerated() {
      let slope = [1, 0, 0.25][index % 3]
      // Relative roundings of one unit each; a generous count of them, as sums of up to 270 terms
      // in a lane enter the coefficients.
      check(Float.self, set, shape, slope, seed: UInt64(index), tolerance: 300 * 0x1p-24)
      check(Double.self, set, shape, slope, seed: UInt64(index), tolerance: 600 * 0x1p-53)
    }
  }

  private func check<Scalar: TrainingScalar>(
    _: Scalar.Type, _ set: KernelSet, _ shape: Shape, _ slope: Double, seed: UInt64,
    tolerance: Double
  ) {
    var stream = RandomStream(seed: seed, label: "normalisation")
    let kernels = unsafe Scalar.kernels(set)
    let (n, c, inner) = (shape.rows, shape.channels, shape.inner)
    func random(_ count: Int) -> KernelArray<Scalar> {
      KernelArray(random: count, &stream, offset: Int(seed % 3))
    }
    let (x, dy, dx) = (random(shape.count), random(shape.count), random(shape.count))
    let (factor, bias, inverse) = (random(c), random(c), random(c))
    let (mean, squares, sum, projection) = (random(c), random(c), random(c), random(c))
    let y = KernelArray<Scalar>(zeros: shape.count)
    let old = dx.doubles

    unsafe kernels.pointee.channel_statistics(
      x.start, n, c, inner, mean.start, squares.start)
    unsafe kernels.pointee.channel_normalize(
      x.start, y.start, n, c, inner, mean.start, factor.start, bias.start, slope)
    unsafe kernels.pointee.channel_pull_sums(
      dy.start, x.start, n, c, inner, mean.start, inverse.start, factor.start, bias.start, slope,
      sum.start, projection.start)
    let total = Double(n * inner)
    let accumulate = seed % 2 == 0
    unsafe kernels.pointee.channel_pull(
      dy.start, x.start, dx.start, n, c, inner, mean.start, inverse.start, factor.start,
      bias.start, sum.start, projection.start, slope, total, accumulate ? 1 : 0)

    let (xs, dys, ys, means) = (x.doubles, dy.doubles, y.doubles, mean.doubles)
    var (sums, squareSums) = ([Double](repeating: 0, count: c), [Double](repeating: 0, count: c))
    var (pulls, tilts) = (sums, sums)
    let gradients = (0..<shape.count).map { ys[$0] > 0 ? dys[$0] : slope * dys[$0] }
    for place in 0..<shape.count {
      let channel = shape.channel(place)
      sums[channel] += xs[place]
      let away = xs[place] - means[channel]
      squareSums[channel] += away * away
      pulls[channel] += gradients[place]
      tilts[channel] += gradients[place] * away * Double(inverse[channel])
    }
    for channel in 0..<c {
      // Terms are at most 1 (4 where multiplied by differences from the mean).
      #expect(abs(means[channel] - sums[channel] / total) <= tolerance)
      #expect(abs(Double(squares[channel]) - squareSums[channel]) <= 4 * tolerance * total)
      #expect(abs(Double(sum[channel]) - pulls[channel]) <= tolerance * total)
      #expect(abs(Double(projection[channel]) - tilts[channel]) <= 4 * tolerance * total)
    }
    for place in 0..<shape.count {
      let channel = shape.channel(place)
      let away = xs[place] - means[channel]
      var z = away * Double(factor[channel]) + Double(bias[channel])
      if z <= 0 { z *= slope }
      #expect(abs(ys[place] - z) <= 4 * tolerance)
      let spread = Double(inverse[channel])
      let pulled =
        Double(factor[channel])
        * (gradients[place] - Double(sum[channel]) / total
          - away * spread * Double(projection[channel]) / total)
      let expected = accumulate ? old[place] + pulled : pulled
      #expect(abs(Double(dx[place]) - expected) <= 8 * tolerance)
    }
    for array in [y, dx, mean, squares, sum, projection] { #expect(array.guardsAreWhole) }
  }

  /// A mean a thousand times the spread: two passes lose nothing but the mean's rounding.
  @Test(arguments: KernelSet.supported)
  func statisticsOfShiftedValues(_ set: KernelSet) {
    let values = (0..<1024).map { Float(1000) + ($0 % 2 == 0 ? 1 : -1) }
    let x = KernelArray(values)
    let (mean, squares) = (KernelArray<Float>(zeros: 1), KernelArray<Float>(zeros: 1))
    let kernels = unsafe Float.kernels(set)
    unsafe kernels.pointee.channel_statistics(x.start, 1024, 1, 1, mean.start, squares.start)
    #expect(mean[0] == 1000 && squares[0] == 1024)
  }
}
