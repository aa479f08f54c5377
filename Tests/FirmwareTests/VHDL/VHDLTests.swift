import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTestSupport

@testable import WinnowFirmware

/// The VHDL in GHDL gives the interpreter's integers after the stated latency.
@Suite(
  .tags(.simulator), .enabled(if: isInstalled("ghdl"), "ghdl is not installed; the VHDL was not simulated"))
struct VHDLTests {
  private func simulate(_ designs: [Design], events: Int) async throws {
    let given = try designs.map { try InterpretedEvents($0, events: events) }
    try await withTemporaryFolder { folder in
      let benches = zip(given, designs).map { $0.bench($1) }
      let outcomes = try await VHDLSimulation.run(benches, in: folder)
      for ((outcome, design), events) in zip(zip(outcomes, designs), given) {
        #expect(outcome.passed, "\(outcome.message)")
        for (index, values) in outcome.outputs.enumerated() {
          #expect(values == events.expected[index], "\(design.name), output \(index)")
        }
      }
    }
    print("SIMULATED \(designs.count) designs in VHDL \(events * designs.count) vectors")
  }

  @Test func tinyNetworks() async throws {
    var wide = Tiny.dense(inputs: 6, outputs: 5, seed: 3)
    wide.name = "Dense"
    var sums = Tiny.sums(inputs: 7, outputs: 4, seed: 9)
    sums.name = "sums"
    try await simulate(
      [
        Design(Tiny.twoTwoOne), Design(wide, options: FirmwareOptions(clock: 400)),
        Design(sums, options: FirmwareOptions(clock: 500)),
      ], events: 200)
  }

  /// Every operator, rounding and overflow; tables; wide numbers; several ports.
  @Test func randomNetworks() async throws {
    try await RandomComparison<RandomNetwork>(
      "VHDL in GHDL", variable: "WINNOW_RANDOM_VHDL", attempts: 100
    ) { cases, folder in
      try await RandomNetwork.simulate(cases) { try await VHDLSimulation.run($0, in: folder) }
    }.expectAgreement(count: 40) { seed in
      var random = RandomNetwork(seed: seed)
      random.events = 40
      return random
    }
  }

  @Test func oddNames() async throws {
    let words: [(network: String, inputs: [String], nodes: [String])] = [
      ("Signal", ["process", "PROCESS"], ["entity", "Entity", "a__b", "a_"]),
      ("resize", ["a_B", "A_b"], ["X", "x", "X_S1", "x_s1"]),
      ("unsigned", ["table_x", "Table_X"], ["In_a", "OUT_b", "Valid", "CLOCK"]),
    ]
    let designs = try (Tiny.oddNames + words).map {
      try Design(Tiny.named($0), options: FirmwareOptions(clock: 400))
    }
    // A testbench cannot be given the name of a design, nor two designs one name.
    #expect(
      Set(designs.map { VHDLNames($0.netlist, name: $0.name).entity.lowercased() }).count == designs.count)
    try await simulate(designs, events: 60)
  }

  /// GHDL's synthesis takes the entity: no construct in it is for simulation only.
  @Test func synthesises() async throws {
    let designs = try [Design(Tiny.twoTwoOne), Design(Tiny.named(Tiny.oddNames[1]))]
    try await withTemporaryFolder { folder in
      for design in designs {
        try Data(design.vhdl.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(design.name).vhd"))
        let entity = VHDLNames(design.netlist, name: design.name).entity
        try runTool("ghdl", ["--synth", "--std=08", "\(design.name).vhd", "-e", entity], in: folder)
      }
    }
  }

  @Test func aFaultIsFound() async throws {
    let design = try Design(Tiny.twoTwoOne)
    let events = try InterpretedEvents(design, events: 50)
    let lines = design.vhdl.split(separator: "\n")
    let line = try #require(lines.first { $0.contains(" narrow_1 <= ") })
    let faults = [
      design.vhdl.replacing(line, with: "  narrow_1 <= to_unsigned(9, narrow_1'length);"),
      design.vhdl.replacing("valid_out <= valid(", with: "valid_out <= valid_in and valid("),
    ]
    for (fault, word) in zip(faults, ["MISMATCH", "LATENCY"]) {
      try await withTemporaryFolder { folder in
        let outcome = try await VHDLSimulation.run(
          [events.bench(design)], vhdl: [design.name: fault], in: folder)[0]
        #expect(!outcome.passed && outcome.message.contains(word), "\(outcome.message)")
      }
    }
  }
}
