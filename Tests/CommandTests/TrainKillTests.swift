import Foundation
import Testing

/// A training killed at any moment ends with the bits of one that was never interrupted.
@Suite struct TrainKillTests {
  #if DEBUG
    static let epochs = 2
  #else
    static let epochs = 10
  #endif

  /// Float, then quantised with learned widths: every kind of state that a checkpoint holds.
  static let recipe = """
    name: killed
    seed: 5
    data:
      file: \(Tool.root)/Examples/jet-tagger/jets-sample.npz
      inputs: {x: x}
      targets: {y: y}
      split: {validation: 0.1, test: 0.1}
      scaler: standard
    network:
      dense: [16, 24, 16, 3]
      batch_normalization: true
      dropout: 0.1
    loss: categorical_crossentropy
    optimizer: {kind: adam, learning_rate: 0.002}
    plateau: {factor: 0.5, patience: 2}
    batch: 64
    epochs: \(epochs)
    quantization:
      {weights: {bits: 6, granularity: channel}, fold_scalers: false, epochs: \(epochs)}
    widths: {beta: [1.0e-6, 1.0e-4]}
    metrics: [accuracy]
    checkpoint: {steps: 7}
    """

  static let compared = ["network.onnx", "last.onnx", "metrics.json"]

  @Test func killedTwentyTimesEndsWithTheSameBits() throws {
    try withFolder { folder in
      let recipe = "\(folder)/recipe.yaml"
      try Data(Self.recipe.utf8).write(to: URL(fileURLWithPath: recipe))
      let start = Date()
      let whole = try Tool.run(["train", recipe, "-o", "\(folder)/whole"])
      try #require(whole.code == 0, "\(whole.error)")
      let duration = Date().timeIntervalSince(start)
      let expected = try Self.compared.map { try Self.bytes("\(folder)/whole/\($0)") }

      var state: UInt64 = 20_261_121
      var kills = 0
      var rounds = 0
      var inTheMiddle = 0
      while kills < 20 {
        rounds += 1
        let own = "\(folder)/run-\(rounds)"
        // Until the run ends by itself; then another begins.
        while true {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let part = Double(state >> 40) / Double(1 << 24)
          let killed =
            kills < 20
            ? try Self.run(
              ["train", recipe, "-o", own, "--threads", "\(1 + kills % 2)"],
              killedAfter: 0.02 + part * 0.35 * duration)
            : try Self.run(["train", recipe, "-o", own, "--resume"], killedAfter: nil)
          if !killed { break }
          kills += 1
          if FileManager.default.fileExists(atPath: "\(own)/checkpoints/last.npz") { inTheMiddle += 1 }
        }
        for (name, bytes) in zip(Self.compared, expected) {
          #expect(try Self.bytes("\(own)/\(name)") == bytes, "\(name) after \(kills) kills")
        }
      }
      print("killed \(kills) times, \(inTheMiddle) with a checkpoint, in \(rounds) runs")
      #expect(inTheMiddle >= 5, "the kills came before any training")
      let again = try Tool.run(["train", recipe, "-o", "\(folder)/run-1"])
      #expect(again.code == 0 && again.output.contains("is finished already"), "\(again.error)")
    }
  }

  private static func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Runs the tool; whether it was killed before it ended.
  private static func run(_ arguments: [String], killedAfter seconds: Double?) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Tool.executable)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    if let seconds {
      Thread.sleep(forTimeInterval: seconds)
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    if process.terminationReason == .uncaughtSignal { return true }
    #expect(process.terminationStatus == 0)
    return false
  }
}
