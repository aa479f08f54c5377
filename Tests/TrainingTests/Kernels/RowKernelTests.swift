import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax and layer normalisation of rows.
@Suite struct RowKernelTests {
  /// e^x within 1.1 units, the sum within 6 of its own, one quotient: 12 roundings; and the
  /// exponent x − max is rounded, which moves its power by |x − max| of them.
  @Test(arguments: KernelSet.supported)
  func softmaxAgreesWithLoops(_ set: KernelSet) {
    var stream = RandomStream(seed: 31)
    let kernels = unsafe Float.kernels(set)
    for columns in 1...70 {
      let rows = 3
      let x = KernelArray(
        (0..<rows * columns).map { _ in Float(stream.uniform(in: -10..<10)) }, offset: columns % 2)
      let dy = KernelArray<Float>(random: x.count, &stream)
      let dx = KernelArray<Float>(random: x.count, &stream)
      let (y, old) = (KernelArray<Float>(zeros: x.count), dx.doubles)
      unsafe kernels.pointee.softmax(x.start, y.start, rows, columns)
      unsafe kernels.pointee.softmax_backward(y.start, dy.start, dx.start, rows, columns, 1)
      let ys = y.doubles
      for row in 0..<rows {
        let places = row * columns..<(row + 1) * columns
        let top = places.map { Double(x[$0]) }.max()!
        let powers = places.map { exp(Double(x[$0]) - top) }
        let sum = powers.reduce(0, +)
        let mean = places.map { ys[$0] * Double(dy[$0]) }.reduce(0, +)
        for (place, power) in zip(places, powers) {
          let roundings = 12 + abs(Double(x[place]) - top)
          #expect(abs(ys[place] - power / sum) <= roundings * 0x1p-24 * power / sum)
          let expected = old[place] + ys[place] * (Double(dy[place]) - mean)
          // |dy − mean| ≤ 2 and y ≤ 1: a few roundings of numbers up to 3.
          #expect(abs(Double(dx[place]) - expected) <= 12 * 0x1p-24 * 3)
        }
      }
      #expect(y.guardsAreWhole && dx.guardsAreWhole)
    }
  }

  @Test(arguments: KernelSet.supported)
  func softmaxOfLargeValues(_ set: KernelSet) {
    let x = KernelArray<Float>([1e30, 1e30, -1e30]), y = KernelArray<Float>(zeros: 3)
    let kernels = unsafe Float.kernels(set)
    unsafe kernels.pointee.softmax(x.start, y.start, 1, 3)
    #expect(y.values == [0.5, 0.5, 0])
  }

  @Test(arguments: KernelSet.supported)
  func layerNormalizationAgreesWithLoops(_ set: KernelSet) {
    var stream = RandomStream(seed: 32)
    let kernels = unsafe Double.kernels(set)
    // Roundings of sums of up to 70 terms; the inverse of a small variance enlarges them.
    let tolerance = 1e-12
    for columns in 2...70 {
      let rows = 4
      let x = KernelArray<Double>(random: rows * columns, &stream, offset: columns % 2)
      let (dy, dx) = (
        KernelArray<Double>(random: x.count, &stream), KernelArray<Double>(random: x.count, &stream)
      )
      let (scale, bias) = (
        KernelArray<Double>(random: columns, &stream), KernelArray<Double>(random: columns, &stream)
      )
      let y = KernelArray<Double>(zeros: x.count)
      let (mean, inverse) = (KernelArray<Double>(zeros: rows), KernelArray<Double>(zeros: rows))
      let (dscale, dbias) = (
        KernelArray<Double>(zeros: columns), KernelArray<Double>(zeros: columns)
      )
      let old = dx.values
      unsafe kernels.pointee.layer_normalize(
        x.start, scale.start, bias.start, y.start, mean.start, inverse.start, rows, columns, 1e-3)
      unsafe kernels.pointee.layer_normalize_backward(
        x.start, scale.start, mean.start, inverse.start, dy.start, dx.start, dscale.start,
        dbias.start, rows, columns, 1, 0)
      var scales = [Double](repeating: 0, count: columns), biases = scales
      for row in 0..<rows {
        let start = row * columns
        let values = (0..<columns).map { x[start + $0] }
        let middle = values.reduce(0, +) / Double(columns)
        let variance = values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(columns)
        let spread = 1 / (variance + 1e-3).squareRoot()
        let normal = values.map { ($0 - middle) * spread }
        let g = (0..<columns).map { dy[start + $0] * scale[$0] }
        let plain = g.reduce(0, +) / Double(columns)
        let tilted = zip(g, normal).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
        for j in 0..<columns {
          #expect(abs(y[start + j] - (normal[j] * scale[j] + bias[j])) < tolerance)
          let expected = old[start + j] + spread * (g[j] - plain - normal[j] * tilted)
          #expect(abs(dx[start + j] - expected) < tolerance * 40)
          scales[j] += dy[start + j] * normal[j]
          biases[j] += dy[start + j]
        }
      }
      for j in 0..<columns {
        #expect(abs(dscale[j] - scales[j]) < tolerance * 40)
        #expect(abs(dbias[j] - biases[j]) < tolerance)
      }
      for array in [y, dx, mean, inverse, dscale, dbias] { #expect(array.guardsAreWhole) }
    }
  }
}
