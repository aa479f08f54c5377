import Foundation
import Testing
import Winnow
import WinnowTestSupport

@Test func show() throws {
  let random = RandomNetwork(seed: UInt64(environmentNumber("FIRST") ?? 0))
  print(random.network.readableText)
  let program = try FixedPointProgram(random.network)
  for i in 0..<program.count { print(i, program.instructions[i], program.intervals[i].low, program.intervals[i].high, program.intervals[i].fraction, program.origins[i] < 0 ? "" : program.nodeNames[program.origins[i]]) }
  for o in program.outputs { print(o) }
}
@Test func showDesign() throws {
  _ = try RandomNetwork(seed: UInt64(environmentNumber("FIRST") ?? 0)).design()
}
@Test func showFine() throws {
  let program = try FixedPointProgram(RandomNetwork(seed: UInt64(environmentNumber("FIRST") ?? 0)).network)
  for port in program.outputs + program.traces { for v in port.values where program.intervals[v].fraction > port.fraction { print(port.name, port.fraction, v, program.instructions[v], program.intervals[v].low, program.intervals[v].fraction) } }
}

@Suite struct Triage {
  @Test func triage() async throws {
    let first = environmentNumber("FIRST") ?? 0
    let count = environmentNumber("WINNOW_RANDOM_NETWORKS") ?? 120
    var integers = 0
    for seed in first..<first + count {
      try "\(seed)".write(toFile: "/tmp/randomwork/seed\(first).txt", atomically: false, encoding: .utf8)
      let random = RandomNetwork(seed: UInt64(seed))
      do { integers += try ComparedNetwork(random.design(), events: 40, seed: 3).compareInProcess() } catch { print("SEED \(seed): \(error)") }
    }
    print("integers", integers)
  }
}
