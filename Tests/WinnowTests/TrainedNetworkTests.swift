import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// The link that matters: what is printed while training is what the firmware computes.
///
/// Networks trained in fixed point are written, read back and compiled; on 131,072 events the training
/// plan's validation outputs, the integer engine's and the simulated Verilog's are the same integers.
@Suite(
  .tags(.simulator),
  .enabled(if: isInstalled("verilator"), "verilator is not installed; the Verilog was not simulated"))
struct TrainedNetworkTests {
  static let events = 131_072
  static let features = 8

  /// Three overlapping clouds.
  static func data(_ count: Int, label: String) throws -> TrainingData {
    var stream = RandomStream(seed: 11, label: label)
    var (x, y): ([Float], [Int64]) = ([], [])
    x.reserveCapacity(count * features)
    for _ in 0..<count {
      let kind = Int64(stream.integer(in: 0...2))
      for feature in 0..<features {
        let centre = feature % 3 == Int(kind) ? 1.5 : -0.5
        x.append(Float(centre + stream.gaussian() * (feature % 2 == 0 ? 1 : 2)))
      }
      y.append(kind)
    }
    return try TrainingData(columns: [
      TrainingColumn("x", NumericArray(floats: x, shape: [count, features])),
      TrainingColumn("y", NumericArray(integers: y, shape: [count])),
    ])
  }

  private static func batches(_ data: TrainingData, training: Bool) throws -> StreamedBatches {
    let rows = RowSet(0..<data.count)
    let options =
      training
      ? BatchOptions(columns: ["x", "y"], batchSize: 256, seed: 3)
      : BatchOptions.evaluation(columns: ["x", "y"], batchSize: 1024)
    return StreamedBatches(try BatchStream(data, rows: rows, options), seed: 3)
  }

  private static func objective(_ network: Network) throws -> Objective {
    let loss = CategoricalCrossEntropy(fromLogits: true, takesLabels: true)
    return try Objective(
      network, losses: [LossTerm(.categoricalCrossEntropy(loss), inputs: ["y_hat"], target: "y")])
  }

  /// Float, then quantised, then perhaps with learned widths; a few epochs each.
  private static func trained(learnsWidths: Bool) throws -> (network: Network, trainer: Trainer) {
    let training = try data(8192, label: "training")
    let builder = NetworkBuilder(learnsWidths ? "learned" : "uniform", seed: 4)
    let x = builder.input("x", [.batch, .fixed(features)])
    let float = try builder.network(outputs: [
      x.dense(16, weights: .heUniform).batchNormalized().relu().dense(12, weights: .heUniform).relu()
        .dense(3, name: "y_hat")
    ])
    let configuration = TrainingConfiguration(
      batchSize: 256, epochs: 2, optimizer: .adam(Adam(convention: .keras3, learningRate: 0.005)))
    let first = try Trainer(objective(float), data: batches(training, training: true), configuration)
    while try first.trainEpoch() {}
    var rows: [Float] = []
    let sample = try BatchStream(
      training, rows: RowSet(0..<1024), .evaluation(columns: ["x"], batchSize: 1024))
    if let batch = try sample.next() { rows = batch.columns[0].array }
    let plan = QuantizationPlan(
      weights: .bits(6, granularity: .channel), activations: .bits(7), inputs: .bits(10),
      outputs: .bits(12))
    let calibration = try Calibration(first.network.prepared(for: plan), inputs: ["x": rows])
    var network = try first.network.quantized(plan, calibration: calibration)
    if learnsWidths { network = try network.withLearnedWidths() }
    let objective = try objective(network)
    var modifiers: [any TrainingModifier] = []
    if learnsWidths {
      let layout = try ParameterLayout(objective.network)
      modifiers.append(
        try BitOperationPenalty(BitOperations(network, layout), factor: .constant(3e-5)))
    }
    let trainer = try Trainer(
      objective, data: batches(training, training: true), configuration, modifiers: modifiers)
    while try trainer.trainEpoch() {}
    let result = try learnsWidths ? trainer.network.fixingWidths() : trainer.network
    return (result, trainer)
  }

  @Test func trainingEngineAndVerilogAgree() async throws {
    let validation = try Self.data(Self.events, label: "validation")
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-link-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var benches: [Simulation.Bench] = []
    for learnsWidths in [false, true] {
      let (network, trainer) = try Self.trained(learnsWidths: learnsWidths)
      let path = "\(folder)/\(network.name).onnx"
      try NetworkFile.write(network, to: path)
      let design = try Design(NetworkFile.read(path: path))
      let port = design.program.inputs[0]
      let output = design.program.outputs[0]
      let step = Double(sign: .plus, exponent: output.fraction, significand: 1)

      // What training sees, in steps of the output.
      let evaluation = try Evaluation(
        trainer.objective, Self.batches(validation, training: false), parameters: trainer.parameters)
      var trained: [Int64] = []
      trained.reserveCapacity(Self.events * 3)
      try evaluation.forEachBatch { batch in
        for value in batch.values(of: "y_hat").array {
          trained.append(try #require(Int64(exactly: Double(value) * step)))
        }
      }

      var mantissas: [Int64] = []
      mantissas.reserveCapacity(Self.events * Self.features)
      let stream = try BatchStream(
        validation, rows: RowSet(0..<Self.events), .evaluation(columns: ["x"], batchSize: 1024))
      while let batch = try stream.next() {
        for (place, value) in batch.columns[0].array.enumerated() {
          let type = port.types[place % Self.features]
          let own = try #require(type.convert(Double(value)))
          mantissas.append(Int64(truncatingIfNeeded: own << (port.fraction - type.fraction)))
        }
      }
      let vectors = TestVectors(inputs: [mantissas], count: Self.events)
      let engine = try IntegerEngine(design.program).run(vectors.inputs, events: vectors.count)
      #expect(trained.count == Self.events * 3)
      #expect(engine[0] == trained, "\(network.name): engine")
      // Different events have different answers.
      #expect(Set(trained.prefix(3000)).count > 100)
      benches.append(Simulation.Bench(design, vectors: vectors, expected: [trained]))
    }
    for (bench, outcome) in zip(benches, try await Simulation.run(benches, in: folder)) {
      #expect(outcome.passed, "\(outcome.message)")
      #expect(outcome.outputs[0] == bench.expected[0].map(Optional.some), "\(bench.design.name): Verilog")
      print("SIMULATED \(bench.design.name) \(bench.vectors.count) vectors")
    }
  }
}
