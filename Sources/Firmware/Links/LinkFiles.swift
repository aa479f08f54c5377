public import WinnowNetworkIR
import WinnowTensors

/// The files that put a design on a board's links or behind AXI4-Stream.
public struct LinkFiles: Sendable {
  public let payload: PayloadModule?
  public let stream: StreamModule?
  let name: String
  let stamp: Stamp

  /// - Parameters:
  ///   - map: of the links; no payload where there is none.
  ///   - stream: whether an AXI4-Stream wrapper is wanted.
  ///   - trigger: adds registers behind AXI4-Lite and a trigger bit to both.
  /// - Throws: ``NetworkError`` when the map does not fit the network or the clock, or a
  ///   folded design is asked to have a stream wrapper.
  public init(
    _ design: any LinkedDesign, map: LinkMap?, stream: Bool = false, trigger: TriggerChoice? = nil
  ) throws(NetworkError) {
    name = design.name
    stamp = design.stamp
    if let map {
      payload = try PayloadModule(
        design, LinkLayout(map, for: design.program), trigger: trigger)
    } else {
      payload = nil
    }
    guard stream else {
      self.stream = nil
      return
    }
    guard let parallel = design as? Design else {
      throw NetworkError(
        "an AXI4-Stream wrapper is for the parallel style; '\(name)' has valid and ready of its own")
    }
    self.stream = try StreamModule(parallel, trigger: trigger)
  }

  /// Checks what a design's links are made of before there is a design: making one takes long.
  ///
  /// - Parameter clock: the design's, MHz.
  /// - Throws: ``NetworkError`` as ``init(_:map:stream:trigger:)`` does.
  public static func check(
    _ program: FixedPointProgram, clock: Double, map: LinkMap?, trigger: TriggerChoice?
  ) throws(NetworkError) {
    if let map { try LinkLayout(map, for: program).check(designClock: clock) }
    try trigger?.check(program)
  }

  /// Writes into the folder that the design's `write` wrote: `io.yaml`, `rtl/NAME_payload.v`,
  /// `rtl/NAME_stream.v`, `rtl/NAME_registers.v`, `emulator/NAME_links.h`, those that there are.
  public func write(to folder: String) throws {
    var files: [(String, String)] = []
    if let payload {
      files += [
        ("io.yaml", payload.layout.map.yaml), ("rtl/\(payload.name).v", payload.verilog),
        ("emulator/\(name)_links.h", LinkPackersHeader(payload.layout, name: name, stamp: stamp).text),
      ]
    }
    if let stream { files.append(("rtl/\(stream.name).v", stream.verilog)) }
    if let trigger = payload?.trigger ?? stream?.trigger {
      files.append(
        ("rtl/\(name)_registers.v", RegisterBlock(name: "\(name)_registers", choice: trigger).verilog))
    }
    for (path, text) in files { try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(path)") }
  }

  /// What a report says of them.
  public var text: String {
    var lines: [String] = []
    if let payload {
      let latency = payload.latency
      lines.append(
        "  links                     latency \(latency.cycles) cycles at \(payload.layout.map.linkClock) MHz, \(latency.crossingsText) crossings, first frame to first frame"
      )
    }
    if let stream { lines.append("  AXI4-Stream               latency \(stream.latency) cycles") }
    return lines.map { $0 + "\n" }.joined()
  }
}
