/// TEMPORARY (kernels helper replaces)
public protocol TrainingScalar: BinaryFloatingPoint, SIMDScalar, BitwiseCopyable, Sendable {
}
extension Float: TrainingScalar {}
extension Double: TrainingScalar {}
extension TrainingScalar {
  static func scratchCount(rows: Int, inner: Int, columns: Int) -> Int { 1 }
  static func product(
    _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into c: UnsafeMutablePointer<Self>, rows: Int,
    inner: Int, columns: Int, bias: UnsafePointer<Self>?, accumulate: Bool,
    scratch: UnsafeMutablePointer<Self>
  ) {
    for r in 0..<rows {
      for o in 0..<columns {
        var s: Self = unsafe accumulate ? c[r * columns + o] : 0
        if let bias = unsafe bias { unsafe s += bias[o] }
        for k in 0..<inner { unsafe s += a[r * inner + k] * b[k * columns + o] }
        unsafe c[r * columns + o] = s
      }
    }
  }
  static func productTransposedRight(
    _ dy: UnsafePointer<Self>, _ w: UnsafePointer<Self>, into dx: UnsafeMutablePointer<Self>, rows: Int,
    inner: Int, columns: Int, accumulate: Bool, scratch: UnsafeMutablePointer<Self>
  ) {
    for r in 0..<rows {
      for k in 0..<inner {
        var s: Self = unsafe accumulate ? dx[r * inner + k] : 0
        for o in 0..<columns { unsafe s += dy[r * columns + o] * w[k * columns + o] }
        unsafe dx[r * inner + k] = s
      }
    }
  }
  static func productTransposedLeft(
    _ x: UnsafePointer<Self>, _ dy: UnsafePointer<Self>, into dw: UnsafeMutablePointer<Self>, rows: Int,
    inner: Int, columns: Int, accumulate: Bool, scratch: UnsafeMutablePointer<Self>
  ) {
    for k in 0..<inner {
      for o in 0..<columns {
        var s: Self = unsafe accumulate ? dw[k * columns + o] : 0
        for r in 0..<rows { unsafe s += x[r * inner + k] * dy[r * columns + o] }
        unsafe dw[k * columns + o] = s
      }
    }
  }
  static func columnSums(
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int, accumulate: Bool
  ) {
    for o in 0..<columns {
      var s: Self = unsafe accumulate ? y[o] : 0
      for r in 0..<rows { unsafe s += x[r * columns + o] }
      unsafe y[o] = s
    }
  }
}
