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
