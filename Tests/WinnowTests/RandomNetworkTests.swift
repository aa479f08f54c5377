import Foundation
import Testing
import Winnow
import WinnowTestSupport

@Suite struct RandomNetworkTests {
  @Test func triage() async throws {
    let first = environmentNumber("FIRST") ?? 0
    let count = environmentNumber("WINNOW_RANDOM_NETWORKS") ?? 120
    var integers = 0
    var constant = 0
    var ops: [String: Int] = [:]
    var gates: [String: Int] = [:]
    var reasons: [String: Int] = [:]
    var stages: [Int: Int] = [:]
    for seed in first..<first + count {
      try "\(seed)".write(toFile: "/tmp/randomwork/seed.txt", atomically: false, encoding: .utf8)
      let random = RandomNetwork(seed: UInt64(seed))
      for reason in random.rejections { reasons[String(reason.drop { $0 != ":" }.prefix(70)), default: 0] += 1 }
      do {
        let design = try random.design()
        for node in design.network.nodes { ops[node.operation.name, default: 0] += 1 }
        for gate in design.program.instructions { gates[String("\(gate)".prefix { $0 != "(" }), default: 0] += 1 }
        if design.netlist.logic.instructions.allSatisfy({ if case .constant = $0 { true } else { false } }) { constant += 1 }
        stages[design.pipeline.stageCount, default: 0] += 1
        integers += try ComparedNetwork(design, events: 60, seed: 3).compareInProcess()
      } catch { print("SEED \(seed): \(error)") }
    }
    print("integers", integers, "constant networks", constant)
    print(ops.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" })
    print(gates.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" })
    print("stages", stages.sorted { $0.key < $1.key })
    for (reason, count) in reasons.sorted(by: { $0.value > $1.value }) { print(count, reason) }
  }
}
