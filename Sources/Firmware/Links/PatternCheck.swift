import WinnowNetworkIR

/// What a board gave beside what it should have given.
public struct PatternCheck: Sendable, Codable, Hashable {
  /// The first place that differs.
  public struct Difference: Sendable, Codable, Hashable {
    public var event: Int
    public var port: String
    public var element: Int
    /// Mantissas in the port's step.
    public var expected: Int64
    public var found: Int64
    /// Where the event's packet begins in the board's file.
    public var frame: Int
  }

  /// Events in the input file, and in the board's.
  public var events: Int
  public var found: Int
  /// Numbers compared, and those that differ.
  public var integers: Int
  public var mismatches: Int
  public var first: Difference?
  /// Broken or missing packets in the input file, whose events the payload drops.
  public var faults: Int

  public var isEqual: Bool { mismatches == 0 && events == found && events > 0 }

  /// Compares a board's output links with the answers to the events on its input links.
  ///
  /// - Parameter answers: of all events, each output port's mantissas.
  /// - Throws: ``NetworkError`` when links are missing or packets cut short.
  public init(
    _ layout: LinkLayout, input: PatternFile, output: PatternFile,
    answers: ([[[Int64]]]) throws -> [[[Int64]]]
  ) throws {
    let given = try PacketCollector(layout).collect(input)
    let expected = try answers(given.events)
    let (ports, starts) = try PacketReader(layout).events(output)
    events = given.events.count
    found = ports.count
    faults = given.faults
    integers = 0
    mismatches = 0
    for event in 0..<min(events, found) {
      for (port, values) in zip(expected[event], ports[event]).enumerated() {
        integers += values.0.count
        for (element, (wanted, got)) in zip(values.0, values.1).enumerated() where wanted != got {
          mismatches += 1
          if first == nil {
            first = Difference(
              event: event, port: layout.program.outputs[port].name, element: element,
              expected: wanted, found: got, frame: starts[event])
          }
        }
      }
    }
  }

  /// The result in words.
  public var text: String {
    var lines = [
      "\(events) events in, \(found) out: \(integers) integers compared, \(mismatches) differ"
    ]
    if faults > 0 {
      lines.append("  \(faults) broken or missing packets in the input file; their events are dropped")
    }
    if let first {
      lines.append(
        "  first: event \(first.event) (frame \(first.frame) of the output file), '\(first.port)' element \(first.element): expected \(first.expected), found \(first.found)"
      )
    }
    if events != found { lines.append("  the file has \(found) events where \(events) were given") }
    lines.append(isEqual ? "equal" : "NOT EQUAL")
    return lines.joined(separator: "\n")
  }
}
