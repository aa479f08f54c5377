import CWinnowFloatKernels
public import WinnowTensors

/// Standard normal numbers by position: the noise of step, event and component is a pure function
/// of the seed and these three, so that any division of events among threads gives the same bits.
///
/// Words come from SplitMix64 as a counter; two make two normals by Box and Muller's transform. The
/// elementary functions use operations that IEEE 754 rounds exactly, so the bits do not depend on
/// the machine either. Magnitudes reach 8.6.
///
/// - Complexity: no allocation.
/// - Reference: G. E. P. Box and M. E. Muller, Ann. Math. Statist. 29 (1958) 610; SplitMix64: G. L.
///   Steele, D. Lea and C. H. Flood, OOPSLA 2014.
public struct GaussianNoise: Sendable, Hashable {
  private let key: UInt64

  /// The noise that a stream names; the stream itself is not drawn from.
  public init(_ stream: RandomStream) {
    var child = stream.child("Gaussian noise")
    key = child.next()
  }

  /// Fills the rows of `events` with the noise of a step.
  ///
  /// - Parameters:
  ///   - noise: the first element of event 0's row, row-major.
  ///   - firstEvent: the number of that event among all of the step, for parts of a batch.
  public func fill<Scalar: RealScalar>(
    _ noise: UnsafeMutablePointer<Scalar>, events: Range<Int>, width: Int, step: Int,
    firstEvent: Int = 0
  ) {
    unsafe Scalar.kernels.pointee.gaussian_noise(
      mixed(key &+ increment &* UInt64(truncatingIfNeeded: step &+ 1)),
      UInt64(truncatingIfNeeded: events.lowerBound &+ firstEvent), events.count, width,
      noise + events.lowerBound * width)
  }
}

private let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

/// The output function of SplitMix64.
private func mixed(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
  z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
  return z ^ (z &>> 31)
}
