public import Winnow

/// A random network with what it is compiled for and how many events go through it.
public protocol RandomCase: Sendable {
  var seed: UInt64 { get }
  var network: Network { get set }
  var events: Int { get set }
  /// Clock, reuse, interval and the like, for the log.
  var settings: String { get }
  /// The same network compiled in a plainer way, the boldest first; none once all is plain.
  var plainer: [Self] { get }
}

/// What a testbench printed where it should have passed.
public struct TestbenchError: Error, CustomStringConvertible {
  public let description: String
  public init(_ message: String) { description = message }
}

extension Simulation.Outcome {
  /// Every integer is the interpreter's, and the testbench passed.
  ///
  /// - Parameter outputs: of the design; events stand one after another in each.
  /// - Returns: integers compared.
  /// - Throws: ``TestbenchError`` with what the testbench said, or the first integer that differs.
  public func check(_ name: String, _ expected: [[Int64]]) throws -> Int {
    guard passed else { throw TestbenchError(message.isEmpty ? "\(name): said nothing" : message) }
    for (port, (found, expected)) in zip(outputs, expected).enumerated() where found != expected {
      let place = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? found.count
      throw TestbenchError(
        "\(name): WRITTEN output \(port) [\(place)] is \(place < found.count ? found[place].map(String.init) ?? "no number" : "missing"), expected \(expected[place])"
      )
    }
    return expected.map(\.count).reduce(0, +)
  }
}

/// The simulator of the random networks: `WINNOW_SIMULATOR` (`icarus`, `verilator`) chooses; otherwise Icarus
/// where it is installed, as it builds at once, or else Verilator.
public let testSimulator: VerilogSimulator? =
  environmentText("WINNOW_SIMULATOR").flatMap(VerilogSimulator.init)
  ?? (isInstalled("iverilog") ? .icarus : isInstalled("verilator") ? .verilator : nil)
