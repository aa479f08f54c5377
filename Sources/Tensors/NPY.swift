/// NumPy's format for one array, `.npy`, in versions 1.0, 2.0 and 3.0.
///
/// - Reference: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public enum NPY {
  /// `\x93NUMPY`
  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
}
