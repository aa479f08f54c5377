extension RandomStream {
  /// A multiple of 2^−53, uniform in `[0, 1)`. Draws one word.
  public mutating func uniform() -> Double {
    Double(next() &>> 11) * 0x1p-53
  }

  /// Uniform between the bounds: `lower + (upper − lower) * uniform()`. Draws one word.
  ///
  /// - Precondition: the bounds and their difference are finite. Rounding may return `upper` where
  ///   the range is only a few units in the last place wide.
  public mutating func uniform(in range: Range<Double>) -> Double {
    let width = range.upperBound - range.lowerBound
    precondition(width.isFinite, "the range \(range) is wider than Double holds")
    return range.lowerBound + width * uniform()
  }

  /// A normal variate of mean 0 and standard deviation 1. Draws two words.
  ///
  /// Box and Muller's transform, `sqrt(−2 ln u) cos(2π v)` with `u` in `(0, 1]` and `v` in
  /// `[0, 1)`; magnitudes reach 8.6. The logarithm and cosine use only operations that IEEE 754
  /// rounds exactly, so that the result does not depend on the machine's mathematics library.
  ///
  /// - Reference: G. E. P. Box and M. E. Muller, A note on the generation of random normal
  ///   deviates, Ann. Math. Statist. 29 (1958) 610.
  public mutating func gaussian() -> Double {
    let u = Double((next() &>> 11) &+ 1) * 0x1p-53
    let v = uniform()
    return (-2 * PortableMath.logarithm(u)).squareRoot() * PortableMath.cosine(turns: v)
  }

  /// A normal variate: `mean + standardDeviation * gaussian()`. Draws two words.
  public mutating func gaussian(mean: Double, standardDeviation: Double) -> Double {
    mean + standardDeviation * gaussian()
  }

  /// An integer of the closed range, every one equally likely.
  ///
  /// - Reference: D. Lemire, Fast random integer generation in an interval,
  ///   ACM Trans. Model. Comput. Simul. 29 (2019) 3, algorithm 5.
  @inlinable
  public mutating func integer<Integer: FixedWidthInteger>(in range: ClosedRange<Integer>)
    -> Integer
  {
    precondition(Integer.bitWidth <= 64, "integers of at most 64 bits are drawn")
    let low = UInt64(truncatingIfNeeded: range.lowerBound)
    // The number of values, where 0 stands for 2^64.
    let size = UInt64(truncatingIfNeeded: range.upperBound) &- low &+ 1
    return Integer(truncatingIfNeeded: low &+ below(size))
  }

  /// Puts the elements in a random order, every one equally likely (Fisher and Yates).
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(in: 0...last))
    }
  }

  /// An integer below `size`, or any where `size` is 0.
  @usableFromInline
  mutating func below(_ size: UInt64) -> UInt64 {
    if size == 0 { return next() }
    var product = next().multipliedFullWidth(by: size)
    if product.low < size {
      // 2^64 mod size words are one too many; reject them.
      let threshold = (0 &- size) % size
      while product.low < threshold { product = next().multipliedFullWidth(by: size) }
    }
    return product.high
  }
}
