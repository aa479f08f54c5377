import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

@Suite struct EqualityProofTests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func netlistsAreProved(seed: UInt64) throws {
    let design = try ProofNetworks.design(
      ProofNetworks.layers(inputs: 6, hidden: 5, outputs: 3, seed: seed))
    let proof = EqualityProof(design.netlist.logic, equals: design.program)
    #expect(proof.refuted.isEmpty && proof.undecided.isEmpty, "\(proof.refuted)")
    #expect(proof.wrongOutputs.isEmpty && proof.openOutputs.isEmpty, "\(proof.openOutputs)")
    let kinds = Set(proof.proved.map(\.kind))
    #expect(kinds.contains(.enumeration) && kinds.contains(.linearForm), "\(kinds)")
  }

  /// Every change that events catch fails a proof, and so do those that change a block but,
  /// perhaps, no output.
  @Test(arguments: [1, 3] as [UInt64])
  func mutationsAreCaught(seed: UInt64) throws {
    let design = try ProofNetworks.design(
      ProofNetworks.layers(inputs: 6, hidden: 5, outputs: 3, seed: seed))
    let vectors = TestVectors(for: design.program, count: 2000, seed: seed)
    var equal: [Mutation] = []
    let mutations = design.netlist.mutations(60, seed: seed)
    for mutation in mutations {
      let proof = EqualityProof(mutation.logic, equals: design.program)
      if proof.isComplete { equal.append(mutation) }
    }
    // A change that is proved harmless, such as to a bound that no sum reaches, must be.
    #expect(design.netlist.caught(equal, by: vectors).caught == 0)
    #expect(equal.count <= 5, "\(equal.map(\.description))")
  }
}
