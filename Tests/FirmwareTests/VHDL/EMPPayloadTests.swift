import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTestSupport

@testable import WinnowFirmware

@Suite(
  .tags(.simulator), .enabled(if: isInstalled("ghdl"), "ghdl is not installed; emp_payload was not simulated")
)
struct EMPPayloadTests {
  /// Events go in on one channel and come out on another through the entity that the framework
  /// instantiates, equal to the interpreter's; flags, unused channels and the stamp are where they belong.
  @Test(arguments: EMPPayload.Interface.allCases)
  func linksReachThePayload(_ interface: EMPPayload.Interface) async throws {
    let design = try Design(Tiny.twoTwoOne)
    let events = try InterpretedEvents(design, events: 120)
    let (input, output) = (design.program.inputs[0], design.program.outputs[0])
    let words = try (0..<120).map { event in
      let text = PackedWords.hexadecimal(
        events.vectors.event(event, port: 0), widths: input.types.map(\.width))
      return try #require(UInt64(text, radix: 16))
    }
    let payload = try EMPPayload(
      payload: "two_two_one_payload", inputLinks: [5, 2], outputLinks: [10, 1], stamp: design.stamp,
      interface: interface)
    let latency = design.pipeline.latency
    let files = [
      ("packages.vhd", EMPFramework.packages(interface)), ("core.vhd", design.vhdl),
      ("mock.vhd", EMPFramework.payload(of: design)), ("emp_payload.vhd", payload.vhdl),
      ("testbench.vhd", EMPFramework.bench(of: payload, inputs: words, latency: latency)),
    ]
    let text = try await withTemporaryFolder { folder in
      for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
      try runTool("ghdl", ["-a", "--std=08"] + files.map(\.0), in: folder)
      return try runTool(
        "ghdl", ["-r", "--std=08", "testbench", "--ieee-asserts=disable-at-0"], in: folder)
    }
    let rows = text.split(separator: "\n").map { $0.split(separator: " ") }
    try #require(rows.count == 121)
    for event in 0..<120 {
      let row = rows[event]
      let found = PackedWords.mantissas(
        row[0].lowercased()[...].utf8, widths: output.formats.map(\.width),
        signed: output.formats.map(\.isSigned))
      #expect(found == [events.expected[0][event]], "event \(event)")
      #expect(row[1] == "1")
      // What was given an edge earlier.
      let edge = event + latency - 1
      #expect(UInt64(row[2], radix: 16) == UInt64(edge))
      func flag(_ period: Int) -> Int { edge % period == 0 ? 1 : 0 }
      let flags =
        interface == .slink
        ? [flag(2), flag(3), flag(5), flag(7), flag(2) & flag(3)] : [flag(2), flag(3), flag(5)]
      #expect(row[3] == flags.map { "\($0)" }.joined(), "edge \(edge)")
      #expect(UInt64(row[4], radix: 16) == 0)
    }
    #expect(rows[120][1].lowercased() == design.stamp.description)
    #expect(rows[120][2] == "1001")
    print("SIMULATED emp_payload (\(interface)) 120 vectors")
  }

  @Test func linksAreChecked() {
    for (inputs, outputs) in [([], [1]), ([1, 1], [2]), ([0], [-1])] {
      #expect(throws: ToolError.self) {
        try EMPPayload(
          payload: "x", inputLinks: inputs, outputLinks: outputs, stamp: Stamp(value: 0))
      }
    }
  }
}
