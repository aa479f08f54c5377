import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@testable import WinnowFirmware

/// The AXI4-Stream wrapper and the registers, with both sides stalling.
@Suite(
  .enabled(
    if: linkSimulator != nil, "neither iverilog nor verilator is installed; streams were not simulated"))
struct StreamTests {
  private struct Output {
    var cycle: Int
    var isLast: Bool
    var trigger: Bool
    var mantissas: [[Int64]]
  }

  @Test(arguments: [UInt64(301), 302])
  func nothingIsLostOrChanged(_ seed: UInt64) async throws {
    let network = try LinkedNetwork(seed: seed)
    let program = network.design.program
    let port = program.outputs[0]
    let format = port.formats[0]
    // The low half of the second beside the high half of the first lets nothing pass.
    let first = Int64(format.isSigned ? 1 : max(1, format.maximum / 2))
    let second = Int64(format.isSigned ? format.minimum / 2 - 1 : -1)
    let choice = TriggerChoice(port: "score", threshold: first, stamp: 0x0123_4567_89ab_cdef)
    let stream = try StreamModule(network.design, trigger: choice)
    let vectors = network.vectors(200)
    let events = (0..<200).map { network.event(vectors, $0) }
    let beats = events.map { event in
      let own = zip(program.inputs, event).flatMap { port, values in
        zip(port.types, values).map { $1 >> Int64(port.fraction - $0.fraction) }
      }
      return PackedWords.hexadecimal(own, widths: program.inputs.flatMap { $0.types.map(\.width) })
    }
    let bench = StreamBench(
      stream: stream, beats: beats, secondThreshold: UInt64(bitPattern: second))
    let lines = try await simulated(bench, network, stream, choice)
    #expect(!lines.contains { $0.first == "FAULT" }, "\(lines.filter { $0.first == "FAULT" })")

    // Every event once, in order, with its mark.
    let expected = try network.answers(events)
    let outputs = try lines.filter { $0.first == "OUT" }.map { try output($0, program) }
    let wrong = zip(outputs, expected).enumerated().first { $1.0.mantissas != $1.1 }
    #expect(
      outputs.count == expected.count && wrong == nil,
      "\(outputs.count) events out; the first that is wrong: \(wrong.map { "\($0.offset): \($0.element)" } ?? "none")"
    )
    #expect(outputs.map(\.isLast) == events.indices.map { $0 % 7 == 3 })
    #expect(lines.last == ["END", "200"])
    // An event a clock edge while nothing stalls, at the stated latency.
    let entered = lines.filter { $0.first == "IN" }.compactMap { Int($0[1]) }
    #expect(entered.count == 200)
    #expect(entered[39] - entered[0] == 39)
    #expect((0..<20).allSatisfy { outputs[$0].cycle == entered[$0] + stream.latency })
    // The receiver's long stall held the sender up.
    #expect(zip(entered.dropFirst(), entered).contains { $0 - $1 > 20 })

    try checkThreshold(lines, outputs, expected, first: choice, second: second, port)
    checkRegisters(lines, outputs, choice, second: second)
    print("SIMULATED \(stream.name) 200 vectors")
  }

  private func simulated(
    _ bench: StreamBench, _ network: LinkedNetwork, _ stream: StreamModule, _ choice: TriggerChoice
  ) async throws -> [[String]] {
    try await withLinkFolder { folder in
      let name = network.design.name
      let files = [
        "\(name).v": network.design.verilog, "\(stream.name).v": stream.verilog,
        "\(name)_registers.v": RegisterBlock(name: "\(name)_registers", choice: choice).verilog,
      ]
      for (file, text) in files {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
      }
      try Data(bench.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/testbench.v"))
      try Data((bench.beats.joined(separator: "\n") + "\n").utf8)
        .write(to: URL(fileURLWithPath: "\(folder)/beats.hex"))
      try await linkSimulator!.run(files.keys.sorted(), tops: [stream.name], in: folder)
      let text = try String(contentsOfFile: "\(folder)/stream.txt", encoding: .utf8)
      return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }
  }

  private func output(_ words: [String], _ program: FixedPointProgram) throws -> Output {
    let formats = program.outputs.flatMap(\.formats)
    let mantissas = try #require(
      PackedWords.mantissas(
        Substring(words[4]).utf8, widths: formats.map { max($0.width, 1) },
        signed: formats.map(\.isSigned)))
    var rest = mantissas[...]
    let ports = program.outputs.map { port in
      let own = zip(rest.prefix(port.formats.count), port.formats).map {
        $0 << Int64(port.fraction - $1.fraction)
      }
      rest = rest.dropFirst(port.formats.count)
      return own
    }
    return Output(
      cycle: Int(words[1])!, isLast: words[2] == "1", trigger: words[3] == "1", mantissas: ports)
  }

  /// Up to some event the old threshold counts, from then on the new one: never a mixture of both.
  private func checkThreshold(
    _ lines: [[String]], _ outputs: [Output], _ expected: [[[Int64]]], first: TriggerChoice,
    second: Int64, _ port: FixedPointProgram.OutputPort
  ) throws {
    var later = first
    later.threshold = second
    let old = expected.map { first.passes($0[0][0], port) }
    let new = expected.map { later.passes($0[0][0], port) }
    let found = outputs.map(\.trigger)
    #expect(old != new, "the thresholds tell no event apart")
    let begin = try #require(lines.first { $0[0] == "APPLY" }.flatMap { Int($0[1]) })
    let end = try #require(lines.first { $0[0] == "APPLIED" }.flatMap { Int($0[1]) })
    let fits = (begin...end).filter { Array(old[..<$0]) + Array(new[$0...]) == found }
    #expect(!fits.isEmpty, "between events \(begin) and \(end)")
  }

  private func checkRegisters(
    _ lines: [[String]], _ outputs: [Output], _ choice: TriggerChoice, second: Int64
  ) {
    let reads = lines.filter { $0[0] == "READ" }
    let values = reads.map { UInt64($0[2], radix: 16) ?? .max }
    func words(_ number: UInt64) -> [UInt64] { [number & 0xffff_ffff, number >> 32] }
    let threshold = words(UInt64(bitPattern: choice.threshold))
    // Events flow meanwhile, so the counters are left out.
    #expect(
      Array(values[..<5]) + values[9..<16]
        == words(choice.stamp) + threshold + [0, 0] + threshold + [0, 0, 0, 0])
    #expect(reads[..<16].map { $0[3] } == Array(repeating: "0", count: 12) + Array(repeating: "2", count: 4))
    let passed = UInt64(outputs.count(where: \.trigger))
    #expect(Array(values[16..<23]) == words(200) + words(passed) + [0] + words(UInt64(bitPattern: second)))
    #expect(values[23...].allSatisfy { $0 == 0 })
    // A register that is not to be written says so.
    #expect(lines.filter { $0[0] == "WRITE" }.map { $0[2] } == ["2", "0", "0", "0", "0", "0"])
    #expect(passed > 0 && passed < 200)
  }
}
