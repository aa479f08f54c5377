import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct RecomputationTests {
  private static func network() throws -> Network {
    let builder = NetworkBuilder("deep", seed: 4)
    var value = builder.input("x", [.batch, 12])
    for layer in 0..<8 {
      let next = value.dense(24, name: "dense\(layer)").batchNormalized(name: "norm\(layer)")
        .leakyRelu(0.25, name: "leaky\(layer)").dropout(0.2, name: "dropout\(layer)")
      // A residual connection crosses the parts' borders.
      value = layer > 0 ? next + value : next
    }
    return try builder.network(outputs: [value.dense(2, name: "out")])
  }

  private func step(
    checkpoints: Int, threads: Int
  ) throws -> (gradient: [Float], state: [Float], memory: Int) {
    let plan = try TrainingPlan<Float>(
      Self.network(), sizes: ["batch": 64], seeds: ["out"],
      options: PlanOptions(shards: 2, tileRows: 8, checkpoints: checkpoints),
      team: ThreadTeam(threads))
    var stream = RandomStream(seed: 9)
    let x = plan.input("x")!.values
    for place in 0..<x.count { x[place] = Float(stream.gaussian()) }
    for step in 0..<2 {
      plan.setStep(UInt64(step))
      plan.forward()
      plan.seed("out")!.fill(0.125)
      plan.backward()
    }
    return (plan.gradient.array, plan.parameters.state.array, plan.memory)
  }

  /// Memory that parts share no longer holds what came first; the culprit is named all the same.
  @Test(arguments: [0, 2, 4, 9])
  func firstValueThatIsNoNumber(checkpoints: Int) throws {
    let plan = try TrainingPlan<Float>(
      Self.network(), sizes: ["batch": 64], seeds: ["out"],
      options: PlanOptions(shards: 2, tileRows: 8, checkpoints: checkpoints))
    var stream = RandomStream(seed: 9)
    let x = plan.input("x")!.values
    for place in 0..<x.count { x[place] = Float(stream.gaussian()) }
    plan.setStep(3)
    plan.forward()
    #expect(plan.firstNonFinite() == nil)
    // Sums of products of 24 such weights with numbers of about 1 pass the largest float.
    let weights = try #require(plan.parameters.layout["dense5_weights"])
    plan.parameters.values.part(weights.range).fill(3e38)
    plan.forward()
    let state = plan.parameters.state.array
    #expect(plan.firstNonFinite() == "dense5")
    // Looking changes nothing.
    #expect(plan.parameters.state.array.map(\.bitPattern) == state.map(\.bitPattern))
  }

  /// The same bits, dropout and moving averages included, in less memory.
  @Test func sameBitsInLessMemory() throws {
    let whole = try step(checkpoints: 0, threads: 1)
    #expect(whole.gradient.contains { $0 != 0 })
    for checkpoints in [2, 4, 9] {
      for threads in [1, 2] {
        let saved = try step(checkpoints: checkpoints, threads: threads)
        #expect(saved.gradient == whole.gradient)
        #expect(saved.state == whole.state)
        #expect(saved.memory < whole.memory)
      }
    }
  }
}
