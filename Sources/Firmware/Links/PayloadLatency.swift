import Foundation

/// How long a payload takes.
public struct PayloadLatency: Sendable, Hashable, Codable {
  /// Clock edges from the port that takes the first frame of a packet to the port that gives the first
  /// of its result, where nothing pauses or waits.
  public var cycles: Int
  /// Of these, frames of the input packet after its first.
  public var collecting: Int
  /// Of these, the network.
  public var network: Int
  public var nanoseconds: Double
  /// Of 25 ns, to 40.079 MHz.
  public var crossings: Double

  var crossingsText: String { String(format: "%.2f", crossings) }
}

extension PayloadModule {
  /// The first frame waits for the last one needed; the network follows, and a register at the links.
  public var latency: PayloadLatency {
    let collecting = layout.inputFrames - 1
    let cycles = collecting + core.latency + 1
    return PayloadLatency(
      cycles: cycles, collecting: collecting, network: core.latency,
      nanoseconds: Double(cycles) * 1000 / layout.map.linkClock,
      crossings: Double(cycles) / Double(layout.map.framesPerCrossing))
  }
}
