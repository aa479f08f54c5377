import WinnowONNXSchema
import Foundation
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

/// The golden files of this folder.
enum Golden {
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("Golden").path

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static func bytes(_ name: String) throws -> [UInt8] { try InputFile.read(path(name)) }

  /// Names without the extension of a folder's files that have it.
  static func names(in subfolder: String, _ ending: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path(subfolder))) ?? []
    return all.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
  }
}

/// The message of the error that the body throws; `nil` where it throws none.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as NetworkError {
    return error.message
  } catch {
    return "another error: \(error)"
  }
}

/// Rows of a two-dimensional integer array.
func rows(_ array: NumericArray) throws -> [[Int128]] {
  guard let values = array.integers() else { throw NetworkError("the array is not of integers") }
  let width = array.shape.dropFirst().reduce(1, *)
  return (0..<array.shape[0]).map { row in
    values[row * width..<(row + 1) * width].map { Int128($0) }
  }
}

/// Debug builds are slow: they take every so manieth row.
#if DEBUG
  let rowStride = 32
#else
  let rowStride = 1
#endif

/// A network run in two ways on the same integers.
struct ExactRunner {
  let interpreter: Interpreter
  let program: FixedPointProgram
  let input: Network.Input
  let fraction: Int

  /// - Parameter fraction: fraction bits of the vectors' integers.
  init(_ network: Network, fraction: Int) throws {
    interpreter = try Interpreter(network)
    program = try FixedPointProgram(network)
    input = network.inputs[0]
    self.fraction = fraction
  }

  /// Mantissas of every value by the interpreter.
  func trace(_ row: [Int128]) throws -> [String: [Int128]] {
    let tensor = Tensor(input.type.sizes!, .fixed(row, fraction: fraction))
    return try interpreter.trace([input.name: tensor]).compactMapValues { $0.mantissas?.values }
  }

  /// Mantissas of every output and trace by the program, whose port takes its own step.
  func programTrace(_ row: [Int128]) throws -> [String: [Int128]] {
    let port = program.inputs[0]
    let types = port.types
    // The port's types convert as the graph's own Quantize does.
    let mantissas = zip(row, types).map { value, type in
      type.convert(value, fraction: fraction) << (port.fraction - type.fraction)
    }
    let values = program.evaluate([mantissas])
    var results: [String: [Int128]] = [:]
    for port in program.traces + program.outputs { results[port.name] = program.read(port, from: values) }
    return results
  }
}
