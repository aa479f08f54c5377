import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

/// Sums against plain loops in double precision: blocks of 256 rows (or 1024 vectors) bound the
/// error by `(256 + blocks + 4) u Σ|terms|`.
@Suite struct ReductionTests {
  @Test(arguments: KernelSet.supported)
  func sums(_ set: KernelSet) {
    var stream = RandomStream(seed: 21)
    for columns in 1...70 {
      check(set, rows: stream.integer(in: 1...40), columns: columns, &stream)
    }
    check(set, rows: 1000, columns: 57, &stream)
    check(set, rows: 3, columns: 40_000, &stream)
  }

  private func check(
    _ set: KernelSet, rows: Int, columns: Int, _ stream: inout RandomStream
  ) {
    let kernels = unsafe Float.kernels(set)
    let x = KernelArray<Float>(random: rows * columns, &stream, offset: columns % 4)
    let other = KernelArray<Float>(random: rows * columns, &stream)
    let (xs, others) = (x.doubles, other.doubles)
    let accumulate = columns % 2 == 0
    let factor = columns % 3 == 0 ? -1.0 : 1
    let bound = Double(256 + rows / 256 + 4) * 0x1p-24
    for products in [false, true] {
      let old = KernelArray<Float>(random: columns, &stream)
      let y = KernelArray(old.values)
      unsafe kernels.pointee.column_sums(
        x.start, products ? other.start : nil, y.start, rows, columns, factor, accumulate ? 1 : 0)
      for j in 0..<columns {
        var (sum, size) = (0.0, 1.0)
        for i in 0..<rows {
          let term = xs[i * columns + j] * (products ? others[i * columns + j] : 1)
          sum += factor * term
          size += abs(term)
        }
        if accumulate { sum += Double(old[j]) }
        #expect(abs(Double(y[j]) - sum) <= bound * size)
      }
      let lines = KernelArray<Float>(zeros: rows)
      unsafe kernels.pointee.row_sums(
        x.start, products ? other.start : nil, lines.start, rows, columns, factor, 0)
      var (total, totalSize) = (0.0, 0.0)
      for i in 0..<rows {
        var (sum, size) = (0.0, 0.0)
        for j in 0..<columns {
          let term = xs[i * columns + j] * (products ? others[i * columns + j] : 1)
          sum += term
          size += abs(term)
        }
        // At most 256 additions a lane and 6 of lanes and chains.
        #expect(abs(Double(lines[i]) - factor * sum) <= 270 * 0x1p-24 * size)
        total += sum
        totalSize += size
      }
      let sum = unsafe kernels.pointee.sum(x.start, products ? other.start : nil, x.count)
      #expect(abs(sum - total) <= 270 * 0x1p-24 * totalSize)
      #expect(y.guardsAreWhole && lines.guardsAreWhole)
    }
  }

  /// Integers sum exactly in any order, in both types.
  @Test(arguments: KernelSet.supported)
  func sumsOfIntegersAreExact(_ set: KernelSet) {
    var stream = RandomStream(seed: 22)
    for count in 1...200 {
      let x = KernelArray<Double>(random: count, &stream, integers: true)
      let kernels = unsafe Double.kernels(set)
      let sum = unsafe kernels.pointee.sum(x.start, nil, count)
      #expect(sum == x.values.reduce(0, +))
      let squares = unsafe kernels.pointee.sum(x.start, x.start, count)
      #expect(squares == x.values.reduce(0) { $0 + $1 * $1 })
    }
  }
}
