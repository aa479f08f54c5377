import CWinnowFloatKernels

/// A row of the float kernel table: the same kernels compiled for one instruction set.
///
/// Training takes the best one that this machine has. Results of two instruction sets differ in the
/// last places (fused multiply-adds, order of lane sums); each alone gives the same bits every time.
struct KernelSet: Sendable, Hashable, CustomStringConvertible {
  let row: Int32
  let name: String

  /// The whole table, best first; the last row is generic and runs everywhere.
  static let all: [KernelSet] = (0..<winnow_float_instruction_set_count()).map {
    KernelSet(row: $0, name: unsafe String(cString: winnow_float_instruction_set_name($0)))
  }

  /// The rows that this machine can run, best first.
  static let supported = all.filter(\.isSupported)
  static let best = supported[0]

  var isSupported: Bool { winnow_float_instruction_set_is_supported(row) != 0 }
  var description: String { name }
}
