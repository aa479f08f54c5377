import CAllocationCounter
import Foundation
import Winnow

/// `engine-benchmark [network file]`: events per second of the integer engine on one thread, for
/// every instruction set, some block sizes and kinds of input.
@main
struct EngineBenchmark {
  static let events = 65_536
  static let repeats = 31

  static func main() throws {
    let network =
      CommandLine.arguments.count > 1
      ? try NetworkFile.read(path: CommandLine.arguments[1]) : Network.synthetic
    let program = try FixedPointProgram(network).prunedToOutputs()
    print("network     \(network.name): \(program.count) values")
    print("processor   \(processor)")
    print("events      \(events) per run, median and best of \(repeats) runs, one thread")
    print("set         block  input       events/s      ns/event   best ns    allocations/run")
    for set in InstructionSet.supported {
      for blockSize in [64, 128, 256] {
        try measure(
          program, IntegerEngine.Options(instructionSet: set, blockSize: blockSize), Int64.self)
      }
      try measure(program, IntegerEngine.Options(instructionSet: set), Int16.self)
    }
    try measureReal(program)
    try measureSingleEvents(program)
  }

  /// Random mantissas inside of the ports' types.
  static func mantissas(_ program: FixedPointProgram) -> [[Int64]] {
    var random = SeededGenerator(state: 1)
    return program.inputs.map { port in
      (0..<events).flatMap { _ in
        port.types.map { type in
          let (low, high) = type.overflow.range(of: type.format)
          return Int64(
            clamping: Int128.random(in: low...high, using: &random) << (port.fraction - type.fraction))
        }
      }
    }
  }

  static func measure<Mantissa: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ program: FixedPointProgram, _ options: IntegerEngine.Options, _: Mantissa.Type
  ) throws {
    let engine = try IntegerEngine(program, options: options)
    let rows = mantissas(program)
    guard rows.joined().allSatisfy({ Mantissa(exactly: $0) != nil }) else { return }
    let inputs = rows.map { $0.map { Mantissa(truncatingIfNeeded: $0) } }
    try report(engine, "\(Mantissa.self)", events) { context, outputs in
      try context.run(inputs, events: events, into: &outputs)
    }
  }

  static func measureReal(_ program: FixedPointProgram) throws {
    let inputs = zip(mantissas(program), program.inputs).map { rows, port in
      rows.map { Double($0) * Double(sign: .plus, exponent: -port.fraction, significand: 1) }
    }
    try report(IntegerEngine(program), "Double", events) { context, outputs in
      try context.run(inputs, events: events, into: &outputs)
    }
  }

  /// One event per call, as an emulator inside an event loop asks.
  static func measureSingleEvents(_ program: FixedPointProgram) throws {
    let calls = 1000
    let inputs = zip(mantissas(program), program.inputs).map { Array($0.prefix($1.types.count)) }
    try report(IntegerEngine(program), "one event", calls, events: 1) { context, outputs in
      for _ in 0..<calls { try context.run(inputs, events: 1, into: &outputs) }
    }
  }

  static func report(
    _ engine: IntegerEngine, _ kind: String, _ count: Int, events: Int = events,
    _ body: (Context, inout [[Int64]]) throws -> Void
  ) throws {
    let context = engine.makeContext()
    var outputs = engine.makeOutputs(events: events, of: Int64.self)
    try body(context, &outputs)
    let clock = ContinuousClock()
    var times: [Double] = []
    times.reserveCapacity(repeats)
    let before = allocation_count()
    for _ in 0..<repeats {
      let start = clock.now
      try body(context, &outputs)
      times.append(start.duration(to: clock.now) / .seconds(1))
    }
    let allocations = Double(allocation_count() - before) / Double(repeats)
    times.sort()
    let rate = Double(count) / times[repeats / 2]
    func tenths(_ value: Double) -> String { String((value * 10).rounded() / 10) }
    func padded(_ text: String, _ width: Int) -> String {
      text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
    print(
      padded("\(engine.instructionSet)", 11), padded("\(engine.blockSize)", 6), padded(kind, 11),
      padded(String(Int(rate)), 13), padded(tenths(1e9 / rate), 10),
      padded(tenths(times[0] / Double(count) * 1e9), 10),
      tenths(allocations))
  }

  static var processor: String {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line.map { $0.drop { $0 != ":" }.dropFirst(2) }.map(String.init) ?? "unknown"
  }
}

/// A linear congruential generator, high bits first: quick and the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 33
  }
}
