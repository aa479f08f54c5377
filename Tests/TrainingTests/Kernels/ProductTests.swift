import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

/// The three products of a dense layer against plain loops in double precision.
///
/// A chain of n multiply-adds is off by at most `(n + c) u Σ|a||b|`, u the unit roundoff: each of n
/// additions (and, without fused instructions, each product) rounds once, to first order; c = 4
/// covers the bias, the old value and the slope. In double the reference errs as much: twice that.
@Suite struct ProductTests {
  struct Size: Sendable, CustomStringConvertible {
    var rows, inner, columns: Int
    var description: String { "\(rows)x\(inner)x\(columns)" }
  }

  /// Every tail from 1 to 70 in each place, and sizes beyond the blocks of 120 rows, 256 steps and
  /// 256 columns.
  static let sizes: [Size] = {
    var stream = RandomStream(seed: 1, label: "sizes of products")
    var sizes: [Size] = []
    for n in 1...70 {
      let (a, b) = (stream.integer(in: 1...70), stream.integer(in: 1...70))
      sizes += [
        Size(rows: n, inner: a, columns: b), Size(rows: a, inner: n, columns: b),
        Size(rows: a, inner: b, columns: n),
      ]
    }
    return sizes + [
      Size(rows: 130, inner: 300, columns: 270), Size(rows: 300, inner: 600, columns: 5),
      Size(rows: 523, inner: 3, columns: 600), Size(rows: 700, inner: 64, columns: 1),
      Size(rows: 257, inner: 300, columns: 3), Size(rows: 100, inner: 57, columns: 32),
    ]
  }()

  @Test(arguments: KernelSet.supported)
  func productsAgreeWithLoops(_ set: KernelSet) {
    for (index, size) in Self.sizes.enumerated() {
      let seed = UInt64(index)
      check(Float.self, set, size, accumulate: index % 2 == 0, seed: seed)
      check(Double.self, set, size, accumulate: index % 3 == 0, seed: seed)
    }
  }

  /// Small integers: every sum is exact, so is the result.
  @Test(arguments: KernelSet.supported)
  func productsOfIntegersAreExact(_ set: KernelSet) {
    for (index, size) in Self.sizes.enumerated() where index % 4 == 0 || index >= 210 {
      check(Float.self, set, size, accumulate: index % 8 == 0, seed: UInt64(index), integers: true)
    }
  }

  private func check<Scalar: TrainingScalar>(
    _: Scalar.Type, _ set: KernelSet, _ size: Size, accumulate: Bool, seed: UInt64,
    integers: Bool = false
  ) {
    var stream = RandomStream(seed: seed, label: "products")
    let kernels = unsafe Scalar.kernels(set)
    let (m, k, n) = (size.rows, size.inner, size.columns)
    let offset = Int(seed % 3)
    func random(_ count: Int) -> KernelArray<Scalar> {
      KernelArray(random: count, &stream, integers: integers, offset: offset)
    }
    let (x, w, dy, bias) = (random(m * k), random(k * n), random(m * n), random(n))
    let (y, dx, dw) = (random(m * n), random(m * k), random(k * n))
    let olds = [y, dx, dw].map(\.doubles)
    let scratch = KernelArray<Scalar>(
      zeros: winnow_float_product_scratch(m, k, n))
    let flag: Int32 = accumulate ? 1 : 0
    unsafe kernels.pointee.product(
      x.start, k, w.start, n, y.start, n, m, k, n, bias.start, flag, winnow_epilogue_leaky, 0.25,
      scratch.start)
    unsafe kernels.pointee.product_transposed_right(
      dy.start, n, w.start, n, dx.start, k, m, k, n, flag, scratch.start)
    unsafe kernels.pointee.product_transposed_left(
      x.start, k, dy.start, n, dw.start, n, m, k, n, flag, scratch.start)

    let (xs, ws, dys, biases) = (x.doubles, w.doubles, dy.doubles, bias.doubles)
    let unit = unitRoundoff(Scalar.self) * (Scalar.self == Double.self ? 2 : 1)
    func compare(
      _ got: KernelArray<Scalar>, _ old: [Double], columns: Int, terms: Int, slope: Double,
      bias: (Int) -> Double, term: (Int, Int, Int) -> Double, _ what: String
    ) {
      #expect(got.guardsAreWhole, "\(what) \(size) \(set)")
      var worst = 0.0
      for place in 0..<got.count {
        let (i, j) = (place / columns, place % columns)
        var sum = bias(j) + (accumulate ? old[place] : 0)
        var size = abs(bias(j)) + (accumulate ? abs(old[place]) : 0)
        for p in 0..<terms {
          let value = term(i, j, p)
          sum += value
          size += abs(value)
        }
        if sum < 0 { sum *= slope }
        let bound = integers ? 0 : Double(terms + 4) * unit * size
        worst = max(worst, abs(Double(got[place]) - sum) - bound)
      }
      #expect(worst <= 0, "\(what) \(size) \(set) \(Scalar.self)")
    }
    compare(
      y, olds[0], columns: n, terms: k, slope: 0.25, bias: { biases[$0] },
      term: { i, j, p in xs[i * k + p] * ws[p * n + j] }, "product")
    compare(
      dx, olds[1], columns: k, terms: n, slope: 1, bias: { _ in 0 },
      term: { i, j, p in dys[i * n + p] * ws[j * n + p] }, "transposed right")
    compare(
      dw, olds[2], columns: n, terms: m, slope: 1, bias: { _ in 0 },
      term: { i, j, p in xs[p * k + i] * dys[p * n + j] }, "transposed left")
  }

  /// Rows computed alone or among others, at another alignment and with another leading dimension:
  /// the same bits.
  @Test(arguments: KernelSet.supported)
  func rowsDoNotDependOnTheirNeighbours(_ set: KernelSet) {
    var stream = RandomStream(seed: 7)
    let kernels = unsafe Float.kernels(set)
    for (k, n) in [(57, 32), (32, 57), (16, 3), (64, 1), (300, 70), (3, 16)] {
      let m = 150
      let x = KernelArray<Float>(random: m * k, &stream)
      let w = KernelArray<Float>(random: k * n, &stream)
      let scratch = KernelArray<Float>(zeros: winnow_float_product_scratch(m, k, n))
      let whole = KernelArray<Float>(zeros: m * n)
      unsafe kernels.pointee.product(
        x.start, k, w.start, n, whole.start, n, m, k, n, nil, 0, winnow_epilogue_none, 0,
        scratch.start)
      for rows in [0..<1, 3..<10, 17..<131] {
        // Wider rows at odd places.
        let (ldx, ldy) = (k + 3, n + 2)
        var wide: [Float] = []
        for row in rows {
          wide += (0..<k).map { x[row * k + $0] } + [.nan, .nan, .nan]
        }
        let part = KernelArray(wide, offset: 1)
        let y = KernelArray<Float>(
          [Float](repeating: 77, count: rows.count * ldy), offset: 3)
        unsafe kernels.pointee.product(
          part.start, ldx, w.start, n, y.start, ldy, rows.count, k, n, nil, 0,
          winnow_epilogue_none, 0, scratch.start)
        for (index, row) in rows.enumerated() {
          #expect((0..<n).allSatisfy { y[index * ldy + $0] == whole[row * n + $0] })
          #expect(y[index * ldy + n] == 77 && y[index * ldy + n + 1] == 77)
        }
      }
    }
  }

  /// With slope 0 the rectifier: NaN stays, minus infinity gives 0.
  @Test(arguments: KernelSet.supported)
  func rectifierOfInfinityAndNaN(_ set: KernelSet) {
    let kernels = unsafe Float.kernels(set)
    let x = KernelArray<Float>([.nan, -.infinity, -2, 3])
    let w = KernelArray<Float>([1])
    let y = KernelArray<Float>(zeros: 4)
    let scratch = KernelArray<Float>(zeros: winnow_float_product_scratch(4, 1, 1))
    unsafe kernels.pointee.product(
      x.start, 1, w.start, 1, y.start, 1, 4, 1, 1, nil, 0, winnow_epilogue_leaky, 0, scratch.start)
    #expect(y[0].isNaN && y[1] == 0 && y[2] == 0 && y[3] == 3)
  }

  @Test func theFaceUsesTheBestSet() {
    let x = KernelArray<Float>([1, 2, 3, 4, 5, 6])
    let w = KernelArray<Float>([1, 0, 0, 1, 1, 1])
    let (y, dx) = (KernelArray<Float>(zeros: 4), KernelArray<Float>(zeros: 6))
    let (dw, bias) = (KernelArray<Float>(zeros: 6), KernelArray<Float>([10, 20]))
    let count = Float.scratchCount(rows: 2, inner: 3, columns: 2)
    let scratch = KernelArray<Float>(zeros: count)
    unsafe Float.product(
      x.start, w.start, into: y.start, rows: 2, inner: 3, columns: 2, bias: bias.start,
      accumulate: false, scratch: scratch.start)
    #expect(y.values == [14, 25, 20, 31])
    unsafe Float.productTransposedRight(
      y.start, w.start, into: dx.start, rows: 2, inner: 3, columns: 2, accumulate: false,
      scratch: scratch.start)
    #expect(dx.values == [14, 25, 39, 20, 31, 51])
    unsafe Float.productTransposedLeft(
      x.start, y.start, into: dw.start, rows: 2, inner: 3, columns: 2, accumulate: false,
      scratch: scratch.start)
    #expect(dw.values == [94, 149, 128, 205, 162, 261])
  }
}
