import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// A network's emulator library, and a host that loads it as CMS software does. The types are written
/// by hand, as a user of the library would.
struct EmulatorLibrary {
  enum Types: Sendable, Hashable, CustomStringConvertible {
    case own
    case vendor(folder: String)

    var description: String { self == .own ? "own types" : "AMD's types" }
  }

  var network: Network
  var input: String
  /// Elements of an array input; 0 for a pair.
  var inputCount: Int
  var output: String
  /// Elements of an array output.
  var outputCount = 1
  var wrongInputs: [String]

  static let compiles = ["g++", "make"].allSatisfy { tool in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
    }
  }

  /// AMD's headers are used where `AP_TYPES` or `XILINX_HLS` says that they are.
  static let typeHeaders: [Types] = {
    let environment = ProcessInfo.processInfo.environment
    let folders = [environment["AP_TYPES"], environment["XILINX_HLS"].map { $0 + "/include" }]
    guard
      let folder = folders.compactMap(\.self).first(where: {
        FileManager.default.fileExists(atPath: "\($0)/ap_fixed.h")
      })
    else {
      print("AMD's ap_types were not found (AP_TYPES, XILINX_HLS); emulators are tried with our types only")
      return [.own]
    }
    return [.own, .vendor(folder: folder)]
  }()

  /// Builds the library and the host, and runs events.
  ///
  /// - Parameter emulator: of the network in any style; by default the parallel one's.
  /// - Returns: mantissas of all outputs, event after event, of the library and the interpreter, how
  ///   many wrong arguments were refused, and the library's stamp.
  func run(
    events: Int, built: Types, loaded: Types, emulator: EmulatorFiles? = nil
  ) async throws -> (found: [Int64], expected: [Int64], refused: Int, stamp: Stamp?) {
    let emulator = try emulator ?? Design(network).emulator
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-emulator-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    for file in emulator.files { try write(file.text, file.name) }
    try write(host, "host.cpp")
    var options = ["AP_TYPES=", "CXXFLAGS=-O1 -Wall -Wextra -Werror -Wno-unused-variable"]
    // AMD's headers make g++ warn of its own accord.
    if case .vendor(let types) = built { options = ["AP_TYPES=\(types)", "CXXFLAGS=-O1"] }
    try await ExternalTool.make.require(
      ["-s"] + options, in: folder, doing: "building the emulator library")
    var include: [String] = []
    if case .vendor(let types) = loaded { include = ["-isystem", types] }
    try await ExternalTool.compiler.require(
      ["-std=c++17", "-O1", "-o", "host", "host.cpp", "-ldl"] + include, in: folder,
      doing: "building the host")

    let program = emulator.program
    let inputs = draw(events, for: program)
    let expected = try interpret(inputs, events, program)
    var words: [Int64] = []
    for event in 0..<events {
      for (port, values) in zip(program.inputs, inputs) {
        words += values[event * port.types.count..<(event + 1) * port.types.count]
      }
    }
    let bytes = words.flatMap { word in
      stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: word >> Int64($0)) }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/in.bin"))
    let result = try await runProgram(
      "\(folder)/host", ["./\(emulator.name).so", "\(events)"], in: folder)
    try #require(result.succeeded, "\(result.output)")
    let lines = result.output.split(separator: "\n")
    let numbers = lines.dropLast(2).flatMap { $0.split(separator: " ").compactMap { Int64($0) } }
    let refused = lines.suffix(2).first.flatMap { Int($0) } ?? -1
    let stamp = lines.last.flatMap { UInt64($0, radix: 16) }
    return (numbers, expected, refused, stamp.map(Stamp.init(value:)))
  }

  /// Mantissas over the whole range of the port's C++ type, extremes first.
  private func draw(_ events: Int, for program: FixedPointProgram) -> [[Int64]] {
    var random = RandomStream(seed: 11, label: "emulator library")
    return program.inputs.enumerated().map { index, port in
      let format = EmulatorPort(port, index, of: program).type.format
      let (low, high) = (Int(format.minimum), Int(format.maximum))
      return (0..<events * port.types.count).map { place in
        let event = place / port.types.count
        return Int64(event < 4 ? [0, low, high, -1][event] : random.integer(in: low...high))
      }.map { max($0, Int64(low)) }
    }
  }

  private func interpret(
    _ inputs: [[Int64]], _ events: Int, _ program: FixedPointProgram
  ) throws -> [Int64] {
    let interpreter = try Interpreter(network.bindingBatch())
    var expected: [Int64] = []
    for event in 0..<events {
      var tensors: [String: Tensor] = [:]
      for (port, values) in zip(program.inputs, inputs) {
        let count = port.types.count
        tensors[port.name] = Tensor(
          port.shape,
          .fixed(values[event * count..<(event + 1) * count].map { Int128($0) }, fraction: port.fraction))
      }
      for (port, tensor) in zip(program.outputs, try interpreter.run(tensors)) {
        switch tensor.elements {
        case .boolean(let values): expected += values.map { $0 ? 1 : 0 }
        default:
          let (values, fraction) = try #require(tensor.mantissas)
          expected += values.map { Int64($0 << (port.fraction - fraction)) }
        }
      }
    }
    return expected
  }
}
