import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// What a student learns of an anomaly detector.
@Suite struct TeacherTests {
  /// An autoencoder of random weights with a latent Gaussian; written as a file.
  private static func writeDetector(to folder: String) throws -> String {
    let builder = NetworkBuilder("detector", seed: 6)
    let x = builder.input("x", [.batch, .fixed(4)])
    let mu = x.dense(2, weights: .glorotNormal, name: "mu")
    let logarithm = x.dense(2, weights: .glorotNormal, name: "log_variance")
    let network = try builder.network(outputs: [mu.dense(4, name: "y"), mu, logarithm])
    let path = "\(folder)/detector.onnx"
    try NetworkFile.write(network, to: path)
    return path
  }

  private static func recipe(
    _ data: String, _ teacher: String, _ distillation: String, metrics: String = "[r2]"
  ) throws -> Recipe {
    try Recipe(
      yaml: """
        data: {file: "\(data)", inputs: {x: x}, targets: {m: m}, split: {validation: 0.2}}
        network: {dense: [4, 24, 24, 1], initializer: he_uniform}
        distillation: {teacher: "\(teacher)", \(distillation)}
        optimizer: {kind: adam, learning_rate: 0.01}
        batch: 64
        epochs: 12
        metrics: \(metrics)
        """)
  }

  /// The scores of all events by their definitions, from the interpreter's answers.
  private static func scores(_ kind: String, _ data: String, _ teacher: String) throws -> [Double] {
    let file = try NPZ(contentsOf: data)
    let x = try file.array("x").doubles()
    let mask = try file.array("m").doubles()
    let answers = try Interpreter(NetworkFile.read(path: teacher)).run([
      "x": Tensor([x.count / 4, 4], .float64(x))
    ]).map(\.elements.doubles)
    return (0..<x.count / 4).map { event in
      let (mu, logarithm) = (answers[1][event * 2..<event * 2 + 2], answers[2][event * 2..<event * 2 + 2])
      switch kind {
      case "rz": return zip(mu, logarithm).reduce(0) { $0 + $1.0 * $1.0 / exp($1.1) }
      case "kl":
        return zip(mu, logarithm).reduce(0) {
          $0 - 0.25 * (1 + $1.1 - $1.0 * $1.0 - exp($1.1))
        }
      default:
        return (event * 4..<event * 4 + 4).reduce(0) {
          $0 + (mask[$1] == 0 ? 0 : pow(answers[0][$1] - x[$1], 2) / 4)
        }
      }
    }
  }

  /// Cached and live teachers train the same student, which comes near the score.
  @Test(arguments: ["mse", "kl", "rz"])
  func scoresAreLearned(kind: String) async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(1280, to: folder)
      let teacher = try Self.writeDetector(to: folder)
      let score = kind == "mse" ? "{kind: mse, mask: x}" : kind
      var losses: [[Double]] = []
      for live in [false, true] {
        let recipe = try Self.recipe(
          data, teacher, "score: \(score), learn: logarithm, live: \(live)")
        let metrics = try TrainingRun(recipe, in: "\(folder)/run-\(live)").run()
        losses.append(metrics.epochs.map(\.loss))
        let determination = try #require(metrics.validation?.metrics["r2"])
        #expect(determination > 0.5, "\(kind) \(live): \(determination)")
        // The student alone is written.
        let student = try NetworkFile.read(path: "\(folder)/run-\(live)/network.onnx")
        #expect(student.inputs.map(\.name) == ["x"] && student.outputs.count == 1)
        #expect(try NetworkSummary(student).weights == 4 * 24 + 24 * 24 + 24)
      }
      // One number may differ in its last bit between batches; 200 steps at small rates amplify it.
      for (cached, live) in zip(losses[0], losses[1]) {
        #expect(abs(cached - live) <= 0.01 * cached, "\(kind): \(losses)")
      }
    }
  }

  /// The first loss, before any step, is that of the scores by their definition.
  @Test func theLossIsThatOfTheScore() async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(320, to: folder)
      let teacher = try Self.writeDetector(to: folder)
      for (kind, text) in [("mse", "{kind: mse, mask: m}"), ("kl", "kl"), ("rz", "rz")] {
        for live in [false, true] {
          var recipe = try Self.recipe(
            data, teacher, "score: \(text), live: \(live)", metrics: "[]")
          recipe.epochs = 0
          let run = "\(folder)/\(kind)-\(live)"
          let metrics = try TrainingRun(recipe, in: run).run()
          let events = try TrainingData(contentsOf: data, columns: ["x": "x"])
          let split = try events.split(validation: 0.2, seed: 1)
          let scores = try Self.scores(kind, data, teacher)
          let x = try NPZ(contentsOf: data).array("x").doubles()
          let answers = try Interpreter(NetworkFile.read(path: "\(run)/network.onnx"))
            .run(["x": Tensor([320, 4], .float64(x))])[0].elements.doubles
          let rows = (0..<split.validation.count).map { split.validation[$0] }
          let wanted =
            rows.reduce(0) { $0 + pow(answers[$1] - scores[$1], 2) } / Double(rows.count)
          // Single precision over some dozens of operations on numbers of order 1 to 10.
          let found = try #require(metrics.validation?.loss)
          #expect(abs(found - wanted) <= 1e-4 * wanted, "\(kind) \(live)")
        }
      }
    }
  }

  /// The threshold is the quantile of the training events' scores, and both decisions are learned.
  @Test func decisions() async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(1280, to: folder)
      let teacher = try Self.writeDetector(to: folder)
      var balanced: [Double] = []
      for settings in ["live: false", "live: true", "balanced: true", "balanced: true, live: true"] {
        let recipe = try Self.recipe(
          data, teacher, "score: rz, learn: decision, acceptance: 0.1, \(settings)",
          metrics: "[accuracy, auc]")
        let metrics = try TrainingRun(recipe, in: "\(folder)/\(settings.hashValue)").run()
        let events = try TrainingData(contentsOf: data, columns: ["x": "x"])
        let rows = try events.split(validation: 0.2, seed: 1).training
        let scores = try Self.scores("rz", data, teacher)
        let training = (0..<rows.count).map { scores[rows[$0]] }
        let threshold = try #require(metrics.threshold)
        // 1024 events: the cut lies between the 102nd and 103rd largest, (1023 · 0.9 = 920.7).
        #expect(abs(training.count { Float($0) > threshold } - 103) <= 1)
        let area = try #require(metrics.validation?.metrics["auc"])
        #expect(area > 0.9, "\(settings): \(area)")
        if settings.hasPrefix("balanced") { balanced.append(metrics.epochs[0].loss) }
      }
      // Cached and live teachers decide alike.
      #expect(abs(balanced[0] - balanced[1]) <= 0.01 * balanced[0], "\(balanced)")
    }
  }

  @Test(arguments: [
    ("score: rzz", "'distillation.score' is 'rzz'; did you mean 'rz'?"),
    ("score: {kind: rz, mask: x}", "'distillation.score.mask' is no key"),
    ("score: {kind: kl, output: mu}", "names 1 outputs; the score kl reads two"),
    ("score: rz, loss: kl", "there is no divergence"),
    ("score: rz, learn: decision", "give one of 'acceptance'"),
    ("score: rz, learn: decision, acceptance: 2", "is 2.0; give a share"),
    ("score: rz, acceptance: 0.1", "'distillation.acceptance' belongs to 'learn: decision'"),
    ("score: rz, learn: decision, acceptance: 0.1, loss: mae", "leave 'loss' out"),
    ("loss: binary_crossentropy", "belongs to 'learn: decision'; give mse or mae"),
    ("temperature: 2", "belongs to the loss kl"),
  ])
  func whatCannotBe(distillation: String, sentence: String) {
    let message = SmallEvents.message {
      _ = try Self.recipe("absent.npz", "absent.onnx", distillation)
    }
    #expect(message.contains(sentence), "\(message)")
  }

  @Test func teachersThatDoNotFit() async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(160, to: folder)
      let teacher = try Self.writeDetector(to: folder)
      func message(_ distillation: String) -> String {
        SmallEvents.message {
          _ = try TrainingRun(Self.recipe(data, teacher, distillation), in: "\(folder)/run").run()
        }
      }
      #expect(message("loss: mse").contains("has 3 outputs; one is needed, or a 'score'"))
      #expect(message("score: {kind: rz, outputs: [mu, z]}").contains("computes no 'z'"))
      #expect(message("score: {kind: mse, target: q}").contains("reads 'q', which is no input of 'data'"))
      #expect(
        message("score: rz, learn: decision, acceptance: 0.01").contains("fewer than ten"))
      #expect(
        message("score: rz, learn: decision, threshold: 1.0e+9, balanced: true")
          .contains("0 of 128 events are above the threshold"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run/run.json"))
    }
  }
}
