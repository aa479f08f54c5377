import CWinnowEngineKernels

/// A row of the engine's kernel table: the same kernels compiled for one instruction set.
///
/// The engine takes the best one that this machine has; all of them give the same integers.
public struct InstructionSet: Sendable, Hashable, CustomStringConvertible {
  let row: Int32
  public let name: String

  /// The whole table, best first; the last row is generic and runs everywhere.
  public static let all: [InstructionSet] = (0..<winnow_engine_instruction_set_count()).map {
    InstructionSet(
      row: $0, name: unsafe String(cString: winnow_engine_instruction_set_name($0)))
  }

  /// The rows that this machine can run, best first.
  public static let supported = all.filter(\.isSupported)

  public var isSupported: Bool { winnow_engine_instruction_set_is_supported(row) != 0 }
  public var description: String { name }
}
