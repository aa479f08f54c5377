/// An array of floats at a fixed, page-aligned place.
@safe
final class Floats {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  /// Numbers between −1/2 and 1/2.
  init(_ count: Int) {
    self.count = count
    unsafe start = unsafe UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * 4, alignment: 4096
    ).bindMemory(to: Float.self, capacity: max(count, 1))
    var state: UInt32 = 1
    for place in 0..<count {
      state = state &* 1_664_525 &+ 1_013_904_223
      unsafe start[place] = Float(state >> 8) / 16_777_216 - 0.5
    }
  }

  convenience init(repeating value: Float, _ count: Int) {
    self.init(count)
    unsafe start.update(repeating: value, count: count)
  }

  deinit { unsafe start.deallocate() }
}
