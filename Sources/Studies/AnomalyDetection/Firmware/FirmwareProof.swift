import Winnow

/// A folder of firmware as `winnow compile` writes it, compiled again, to be compared with its Verilog.
struct FirmwareProof {
  let path: String
  let compiled: CompiledFirmware
  let program: FixedPointProgram

  /// - Throws: ``StudyError`` for a folder without firmware, or a network too large for the engine.
  init(_ path: String, style: FirmwareStyle) throws {
    self.path = path
    guard let options = try RunDirectory(path).description().firmware else {
      throw StudyError("'\(path)' holds no firmware; remove the study's folder, or give -o another one")
    }
    let network = try NetworkFile.read(path: path + "/network.onnx")
    compiled = try CompiledFirmware(network, options: options, style: style)
    guard let program = try compiled.program() else {
      throw StudyError("the network of '\(path)' is too large for the integer engine")
    }
    self.program = program
  }

  /// Interpreter, engine, emulator and the Verilog of the folder on the same events.
  func verify(_ events: TestVectors, _ progress: (String) -> Void) async throws -> Verification.Result {
    let verilog = String(
      decoding: try InputFile.read("\(path)/firmware/rtl/\(compiled.name).v"), as: UTF8.self)
    let emulator = "\(path)/firmware/emulator"
    let result = try await ScratchFolder.with { temporary in
      guard case .parallel(let design) = compiled else {
        return try await StreamVerification(compiled, verilog: verilog, emulator: emulator)
          .run(events, in: temporary, progress: progress)
      }
      return try await Verification(design, verilog: verilog, emulator: emulator)
        .run(events, in: temporary, progress: progress)
    }
    return result
  }
}

extension Verification.Result {
  /// - Throws: ``StudyError`` where two executions differ.
  func check(_ label: String, in file: String) throws {
    guard !isProved else { return }
    throw StudyError(
      "the \(label)'s executions differ in \(mismatches) of \(integers) integers; \(file) has the first, please report it"
    )
  }
}
