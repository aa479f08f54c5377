import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// Trained and trigger networks through every execution, on the vectors that come with them, and with
/// `WINNOW_VECTORS` on so many of each, the others drawn.
@Suite struct RealNetworkTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var network: String
    var vectors: String
    var testDescription: String { name }
  }

  /// The networks that lie beside the repository; those that are not there are named and left out.
  static func shared() -> [Sample] {
    var samples: [Sample] = []
    for name in ["vae_encoder", "distillnet_8bit", "refit_wide", "qdistillnet", "scouting"] {
      samples.append(Sample(name: name, network: "peers/\(name).onnx", vectors: "peers/\(name).npz"))
    }
    for name in ["axol1tl/v1", "axol1tl/v3", "axol1tl/v4", "cicada/v1p1p2", "cicada/v2p1p2"] {
      samples.append(
        Sample(name: name, network: "models/\(name).json", vectors: "models/\(name)_vectors.npz"))
    }
    return samples.compactMap { sample in
      guard SharedData.exists(sample.network), SharedData.exists(sample.vectors) else {
        print("skipped: shared data \(sample.network) is not beside the repository")
        return nil
      }
      return Sample(
        name: sample.name, network: SharedData.path(sample.network),
        vectors: SharedData.path(sample.vectors))
    }
  }

  /// Interpreter = expected, engine = interpreter on every node, emulator = interpreter; one simulator
  /// build proves the Verilog of all.
  private func prove(_ samples: [Sample]) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-real-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var benches: [Simulation.Bench] = []
    var integers = 0
    for sample in samples {
      let design = try Design(NetworkFile.read(path: sample.network))
      let stored = try InputEvents.vectors(from: sample.vectors, for: design.program)
      let known = try InputEvents.expected(
        from: sample.vectors, for: design.program, events: stored.count)
      #expect(known.allSatisfy { $0 != nil }, "\(sample.name) has vectors for every output")
      let vectors = stored.extended(
        to: environmentNumber("WINNOW_VECTORS") ?? stored.count, for: design.program)
      let (outputs, traces) = try await interpreted(design, vectors, sample.name)
      for (values, answers) in zip(known, outputs) {
        let own = answers.prefix(answers.count / vectors.count * stored.count)
        #expect(values == Array(own), "\(sample.name): interpreter")
        integers += own.count + 4 * answers.count
      }
      integers += traces
      let own = "\(folder)/\(design.name)"
      try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
      try design.write(to: own, report: FirmwareReport(design))
      let emulated = try await design.runEmulator("\(own)/emulator", vectors: vectors, in: own)
      #expect(emulated.single == outputs, "\(sample.name): emulator")
      #expect(emulated.batch == outputs, "\(sample.name): emulator, in batches")
      benches.append(Simulation.Bench(design, vectors: vectors, expected: outputs))
    }
    for (bench, outcome) in zip(benches, try await Simulation.run(benches, in: folder)) {
      #expect(outcome.passed, "\(outcome.message)")
      for (found, expected) in zip(outcome.outputs, bench.expected) {
        #expect(found == expected.map(Optional.some), "\(bench.design.name): Verilog")
      }
      print("SIMULATED \(bench.design.name) \(bench.vectors.count) vectors")
    }
    print("\(samples.count) networks, \(integers) integers compared")
  }

  /// The interpreter's outputs, and how many values of nodes the engine was compared in; a part of the events at
  /// a time, as every node's values are many.
  private func interpreted(
    _ design: Design, _ vectors: TestVectors, _ name: String
  ) async throws -> (outputs: [[Int64]], traces: Int) {
    let replay = try InterpreterReplay(design)
    var nodes = replay.traced
    nodes.promoteTraces()
    let every = try IntegerEngine(nodes)
    let engine = try IntegerEngine(design.program)
    var outputs: [[Int64]] = design.program.outputs.map { _ in [] }
    var traces = 0
    for start in stride(from: 0, to: vectors.count, by: 4000) {
      let part = vectors.events(start..<min(start + 4000, vectors.count))
      let reference = try await replay.run(part, tracing: true, tasks: 2)
      #expect(
        try every.run(part.inputs, events: part.count) == reference.traces, "\(name): engine, every node")
      #expect(try engine.run(part.inputs, events: part.count) == reference.outputs, "\(name): engine")
      for port in outputs.indices { outputs[port] += reference.outputs[port] }
      traces += reference.traces.map(\.count).reduce(0, +)
    }
    return (outputs, traces)
  }

  @Test(
    .tags(.simulator),
    .enabled(if: isInstalled("verilator"), "verilator is not installed; nothing was simulated"))
  func embedded() async throws {
    try await prove([
      Sample(
        name: "first light", network: "\(SharedData.repository)/Examples/first-light/encoder.onnx",
        vectors: "\(SharedData.repository)/Examples/first-light/vectors.npz")
    ])
  }

  /// Own seeded networks with the traps of the real ones, on which the tests bite anywhere.
  @Test(
    .tags(.simulator),
    .enabled(if: isInstalled("verilator"), "verilator is not installed; nothing was simulated"))
  func descriptions() async throws {
    let folder = "\(SharedData.repository)/Tests/NetworkFormatsTests/Golden/descriptions"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".json") }.sorted()
    #expect(names.count >= 7)
    try await prove(
      names.map { file in
        let name = String(file.dropLast(5))
        return Sample(
          name: name, network: "\(folder)/\(file)", vectors: "\(folder)/\(name)_vectors.npz")
      })
  }

  @Test(
    .tags(.simulator),
    .enabled(if: isInstalled("verilator"), "verilator is not installed; nothing was simulated"))
  func triggerNetworks() async throws {
    let samples = Self.shared()
    if samples.isEmpty { return }
    try await prove(samples)
  }
}

extension TestVectors {
  /// Some of the events.
  fileprivate func events(_ range: Range<Int>) -> TestVectors {
    TestVectors(
      inputs: inputs.map { values in
        let width = values.count / max(count, 1)
        return Array(values[range.lowerBound * width..<range.upperBound * width])
      }, count: range.count)
  }

  /// With drawn events after these, up to a number.
  fileprivate func extended(to total: Int, for program: FixedPointProgram) -> TestVectors {
    guard total > count else { return self }
    let drawn = TestVectors(for: program, count: total - count, seed: 1)
    return TestVectors(inputs: zip(inputs, drawn.inputs).map { $0 + $1 }, count: total)
  }
}
