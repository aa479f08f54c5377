import CWinnowFloatKernels
import Testing
import WinnowTensors

@testable import WinnowTraining

/// An array at a fixed place with guard elements on both sides, which no kernel may touch.
@safe
final class KernelArray<Scalar: TrainingScalar> {
  private static var guards: Int { 40 }
  private static var mark: Scalar { -12345 }
  private let block: UnsafeMutablePointer<Scalar>
  let count: Int
  /// The first element: 64-byte aligned plus `offset` elements.
  let start: UnsafeMutablePointer<Scalar>

  init(_ values: [Scalar], offset: Int = 0) {
    count = values.count
    let size = values.count + offset + 2 * Self.guards
    unsafe block = unsafe UnsafeMutableRawPointer.allocate(
      byteCount: size * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: size)
    for place in 0..<size { unsafe block[place] = Self.mark }
    unsafe start = unsafe block + Self.guards + offset
    for (place, value) in values.enumerated() { unsafe start[place] = value }
  }

  convenience init(zeros count: Int) { self.init([Scalar](repeating: 0, count: count)) }

  /// Uniform in (−1, 1), or integers from −4 to 4.
  convenience init(
    random count: Int, _ stream: inout RandomStream, integers: Bool = false, offset: Int = 0
  ) {
    self.init(
      (0..<count).map { _ in
        integers
          ? Scalar(stream.integer(in: -4...4)) : Scalar(stream.uniform(in: -1..<1))
      }, offset: offset)
  }

  deinit { unsafe block.deallocate() }

  subscript(place: Int) -> Scalar {
    precondition(place >= 0 && place < count)
    return unsafe start[place]
  }

  var values: [Scalar] { (0..<count).map { self[$0] } }
  var doubles: [Double] { (0..<count).map { Double(self[$0]) } }
  var guardsAreWhole: Bool {
    (1...Self.guards).allSatisfy {
      unsafe start[-$0] == Self.mark
    } && (count..<count + Self.guards).allSatisfy { unsafe start[$0] == Self.mark }
  }
}

/// One unit of rounding: a result of one operation is off by at most this, relatively.
func unitRoundoff<Scalar: TrainingScalar>(_: Scalar.Type) -> Double {
  Double(Scalar.ulpOfOne) / 2
}

/// Whether two arrays hold the same bits.
func sameBits<Scalar: TrainingScalar>(_ a: [Scalar], _ b: [Scalar]) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy {
      ($0.isNaN && $1.isNaN) || ($0 == $1 && $0.sign == $1.sign)
    }
}
