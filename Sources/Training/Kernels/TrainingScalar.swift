public import CWinnowFloatKernels

/// What training computes in: `Float`, or `Double` for gradient checks and exact validation.
///
/// The kernels are static methods on pointers to densely packed row-major arrays. They allocate
/// nothing, check nothing and need no alignment.
public protocol TrainingScalar: BinaryFloatingPoint, SIMDScalar, BitwiseCopyable, Codable, Sendable
{
  /// The kernels of an instruction set for this type.
  static func kernels(_ set: KernelSet) -> UnsafePointer<winnow_float_kernels>
  /// The kernels of the best instruction set.
  static var bestKernels: UnsafePointer<winnow_float_kernels> { get }
}

extension Float: TrainingScalar {
  public static func kernels(_ set: KernelSet) -> UnsafePointer<winnow_float_kernels> {
    unsafe winnow_float_kernels_of_float(set.row)
  }
  // The table is constant and static.
  nonisolated(unsafe) public static let bestKernels = unsafe kernels(.best)
}

extension Double: TrainingScalar {
  public static func kernels(_ set: KernelSet) -> UnsafePointer<winnow_float_kernels> {
    unsafe winnow_float_kernels_of_double(set.row)
  }
  // The table is constant and static.
  nonisolated(unsafe) public static let bestKernels = unsafe kernels(.best)
}
