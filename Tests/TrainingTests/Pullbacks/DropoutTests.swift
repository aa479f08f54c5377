import Testing
import WinnowNetworkIR

@testable import WinnowTraining

@Suite struct DropoutTests {
  private func dropped(_ shards: Int, step: UInt64 = 0, seed: UInt64 = 1, name: String = "y") throws
    -> [Float]
  {
    let network = Network(
      name: "dropout", inputs: [.init("x", TensorType([.symbol("N", bound: nil), 16], .float32))],
      nodes: [Node(name, Dropout(rate: 0.25), "x")], outputs: [name])
    let plan = try TrainingPlan<Float>(
      network, sizes: ["N": 256], options: PlanOptions(shards: shards, seed: seed))
    plan.input("x")!.values.fill(3)
    plan.setStep(step)
    plan.forward()
    return plan.value(name)!.values.array
  }

  @Test func masksDependOnPlaceSeedStepAndNameOnly() throws {
    let mask = try dropped(1)
    #expect(Set(mask) == [0, 4])
    #expect(try dropped(5) == mask)
    #expect(try dropped(1, step: 1) != mask)
    #expect(try dropped(1, seed: 2) != mask)
    #expect(try dropped(1, name: "z") != mask)
  }

  /// Of 4096 draws a quarter, within five standard deviations of √(4096 · ¼ · ¾) = 27.7.
  @Test func rateIsKept() throws {
    let zeros = try dropped(1).count { $0 == 0 }
    #expect(abs(zeros - 1024) < 139)
  }
}
