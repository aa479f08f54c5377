import Testing
import WinnowFirmware
import WinnowNetworkIR

@Suite struct MutationTests {
  /// Vectors notice nearly every changed gate; what they miss changes no output at all, such as
  /// the sign of a value that is then cut away.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func vectorsCatchMutations(_ seed: UInt64) throws {
    let design = try Design(Tiny.dense(inputs: 6, outputs: 5, seed: seed))
    let vectors = TestVectors(for: design.program, count: 256, seed: seed)
    let result = design.netlist.caught(design.netlist.mutations(200, seed: seed), by: vectors)
    #expect(result.mutations == 200)
    #expect(result.caught + result.survivors.count == 200)
    #expect(result.caught >= 190, "\(result.survivors)")
  }

  @Test func mutationsAreDeterministic() throws {
    let netlist = try Design(Tiny.twoTwoOne).netlist
    let first = netlist.mutations(30, seed: 4)
    #expect(first.map(\.description) == netlist.mutations(30, seed: 4).map(\.description))
    #expect(first.map(\.description) != netlist.mutations(30, seed: 5).map(\.description))
    #expect(first.allSatisfy { $0.logic.instructions != netlist.logic.instructions })
  }

  @Test func noVectorsCatchNothing() throws {
    let netlist = try Design(Tiny.twoTwoOne).netlist
    let none = TestVectors(inputs: [[]], count: 0)
    #expect(netlist.caught(netlist.mutations(5, seed: 1), by: none).caught == 0)
  }
}
