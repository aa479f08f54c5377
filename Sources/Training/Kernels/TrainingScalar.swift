import CWinnowFloatKernels

/// What training computes in: `Float`, or `Double` for gradient checks and exact validation.
///
/// The kernels (`TrainingScalar+*.swift`) are static methods on pointers to densely packed
/// row-major arrays. They allocate nothing, check nothing and need no alignment. No other type can
/// conform: there are no kernels for it.
public protocol TrainingScalar: BinaryFloatingPoint, SIMDScalar, RealScalar, Codable {}

extension Float: TrainingScalar {}
extension Double: TrainingScalar {}

/// The tables of the best instruction set, chosen once.
private enum BestKernels {
  // Constant and static.
  nonisolated(unsafe) static let ofFloat = unsafe winnow_float_kernels_of_float(KernelSet.best.row)
  nonisolated(unsafe) static let ofDouble = unsafe winnow_float_kernels_of_double(
    KernelSet.best.row)
}

extension RealScalar {
  /// The kernels of the best instruction set.
  static var kernels: UnsafePointer<winnow_float_kernels> {
    unsafe self == Double.self ? BestKernels.ofDouble : BestKernels.ofFloat
  }

  /// The kernels of a given instruction set.
  static func kernels(_ set: KernelSet) -> UnsafePointer<winnow_float_kernels> {
    unsafe self == Double.self
      ? winnow_float_kernels_of_double(set.row) : winnow_float_kernels_of_float(set.row)
  }
}
