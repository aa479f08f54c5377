import Foundation
public import WinnowNetworkIR
import WinnowTensors

/// What the two emulators of a design gave: for each output port all events' mantissas.
public struct EmulatorOutputs: Sendable, Hashable {
  /// One event at a time.
  public var single: [[Int64]]
  /// Many events at once; the same code where a design has no such emulator.
  public var batch: [[Int64]]
}

extension FixedPointProgram {
  /// Compiles the emulator in a folder with g++ and replays events.
  ///
  /// - Parameters:
  ///   - emulator: the folder with the emulator's files.
  ///   - name: the emulator's.
  ///   - folder: an existing folder for the executable and its data.
  /// - Throws: ``ToolError`` when g++ is missing, or it or the emulator fails.
  public func runEmulator(
    _ emulator: String, name: String, vectors: TestVectors, in folder: String
  ) async throws -> EmulatorOutputs {
    try await ExternalTool.compiler.require(
      [
        "-std=c++17", "-O1", "-o", "\(folder)/replay", "\(emulator)/replay.cpp",
        "\(emulator)/\(name)_c.cpp",
      ], doing: "compiling the emulator")
    var arguments: [String] = []
    for (index, values) in vectors.inputs.enumerated() {
      arguments.append("in\(index).bin")
      try AtomicFile.write(littleEndianBytes(values), to: "\(folder)/in\(index).bin")
    }
    let results = outputs.indices.map { "out\($0).bin" }
    func replay(_ options: [String]) async throws -> [[Int64]] {
      let result = try await runProgram(
        "\(folder)/replay", arguments + results + options, in: folder)
      guard result.succeeded else {
        throw ToolError("the emulator stopped early", output: result.output)
      }
      return try results.map { integers(try InputFile.read("\(folder)/\($0)")) }
    }
    return EmulatorOutputs(single: try await replay(["--single"]), batch: try await replay([]))
  }
}

extension Design {
  /// Compiles the design's emulator and replays events; see
  /// ``FixedPointProgram/runEmulator(_:name:vectors:in:)``.
  public func runEmulator(
    _ emulator: String, vectors: TestVectors, in folder: String
  ) async throws -> EmulatorOutputs {
    try await program.runEmulator(emulator, name: name, vectors: vectors, in: folder)
  }
}

private func littleEndianBytes(_ values: [Int64]) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(8 * values.count)
  for value in values {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
    }
  }
  return bytes
}

private func integers(_ bytes: [UInt8]) -> [Int64] {
  var values: [Int64] = []
  values.reserveCapacity(bytes.count / 8)
  for start in stride(from: 0, to: bytes.count - 7, by: 8) {
    var value: UInt64 = 0
    for offset in 0..<8 { value |= UInt64(bytes[start + offset]) << UInt64(8 * offset) }
    values.append(Int64(bitPattern: value))
  }
  return values
}
