import CWinnowConvolutionKernels

/// A row of the convolution kernel table: the same kernels compiled for one instruction set.
struct ConvolutionKernelSet: Sendable, Hashable, CustomStringConvertible {
  let row: Int32
  let name: String

  /// The whole table, best first; the last row is generic and runs everywhere.
  static let all: [ConvolutionKernelSet] = (0..<winnow_convolution_instruction_set_count()).map {
    ConvolutionKernelSet(
      row: $0, name: unsafe String(cString: winnow_convolution_instruction_set_name($0)))
  }

  /// The rows that this machine can run, best first.
  static let supported = all.filter { winnow_convolution_instruction_set_is_supported($0.row) != 0 }
  static let best = supported[0]

  var description: String { name }
}
