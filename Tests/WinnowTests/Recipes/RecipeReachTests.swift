import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// Whatever the library has of losses, optimisers and schedules, a recipe reaches and the manual names.
@Suite struct RecipeReachTests {
  private static func recipe(_ data: String, _ text: String) throws -> Recipe {
    try Recipe(
      yaml: """
        data: {file: "\(data)", inputs: {x: x}, targets: {y: y, t: t, m: m}, weights: w,
          \(text.contains("multiply: e") ? "noise: {e: 2}," : "") split: {validation: 0.25}}
        batch: 16
        epochs: 1
        \(text)
        """)
  }

  /// A network and a loss of each kind.
  static let losses: [LossKind: String] = [
    .meanSquaredError: "network: {dense: [4, 1]}\nloss: {kind: mse, target: t}",
    .meanAbsoluteError: "network: {dense: [4, 1]}\nloss: {kind: mae, target: t}",
    .meanSquaredLogarithmicError:
      "network: {dense: [4, 4], output_activation: sigmoid}\nloss: {kind: msle, target: m, epsilon: 1.0e-6}",
    .logCosh: "network: {dense: [4, 1]}\nloss: {kind: logcosh, target: t}",
    .huber: "network: {dense: [4, 1]}\nloss: {kind: huber, target: t, delta: 0.5}",
    .binaryCrossEntropy:
      "network: {dense: [4, 4]}\nloss: {kind: binary_crossentropy, target: m, label_smoothing: 0.1}",
    .categoricalCrossEntropy: "network: {dense: [4, 2]}\nloss: categorical_crossentropy",
    .binaryFocal: "network: {dense: [4, 4]}\nloss: {kind: binary_focal, target: m, gamma: 1, alpha: 0.5}",
    .hinge: "network: {dense: [4, 4]}\nloss: {kind: hinge, target: m}",
    .squaredHinge: "network: {dense: [4, 4]}\nloss: {kind: squared_hinge, target: m}",
    // Both members of a pair go through the same layers, as rows of one event.
    .contrastive: """
    network:
      layers:
        - {reshape: [2, 2]}
        - {dense: 5}
        - relu
        - {dense: 3, name: embedding}
        - {slice: [0, 1], axis: 1, from: embedding, name: first}
        - {slice: [1, 2], axis: 1, from: embedding, name: second}
      outputs: [first, second]
    loss: {kind: contrastive, inputs: [first, second], target: y, form: hinge, margin: 2}
    """,
    .klDivergence:
      "network: {dense: [4, 4], output_activation: softmax}\nloss: {kind: kl_divergence, target: m}",
    .gaussianKL: """
    network:
      layers: [{dense: 2, name: mu}, {dense: 2, name: lv, from: x}, {dense: 4, from: mu, name: y_hat}]
      outputs: [y_hat, mu, lv]
    loss: [{kind: mse, target: m}, {kind: gaussian_kl, inputs: [mu, lv], weight: 0.1}]
    """,
    // z = mu + exp(lv/2) e with noise that is drawn anew at each step.
    .betaVAE: """
    network:
      layers:
        - {dense: 2, name: mu}
        - {dense: 2, name: lv, from: x}
        - {scale: 0.5}
        - {activation: exp}
        - {multiply: e}
        - {add: mu}
        - {dense: 4, name: y_hat}
      outputs: [y_hat, mu, lv]
    loss: {kind: beta_vae, inputs: [y_hat, mu, lv], target: x, beta: 0.5, mask: {nonzero: m}}
    """,
    .slicedWasserstein: """
    network: {dense: [4, 4]}
    loss: {kind: sliced_wasserstein, target: m, dimensions: 2, directions: 8, order: 1}
    """,
  ]

  @Test(arguments: LossKind.allCases)
  func everyLoss(kind: LossKind) async throws {
    let text = try #require(Self.losses[kind])
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(128, to: folder)
      let metrics = try TrainingRun(Self.recipe(data, text), in: "\(folder)/run").run()
      #expect(metrics.epochs.count == 1 && metrics.validation?.loss.isFinite == true)
    }
  }

  private static func options(_ kind: OptimizerKind) -> String {
    switch kind {
    case .sgd: "momentum: 0.9, nesterov: true, weight_decay: 0.01"
    case .adam, .adamW: "beta1: 0.8, beta2: 0.99, epsilon: 1.0e-6, amsgrad: true, weight_decay: 0.01"
    case .nadam: "beta1: 0.8, schedule_decay: 0.01"
    case .adadelta: "rho: 0.9, epsilon: 1.0e-6"
    case .adagrad: "initial_accumulator: 0.2, learning_rate_decay: 0.1"
    case .rmsprop: "rho: 0.8, momentum: 0.5, centered: true"
    }
  }

  /// The rate that `run.json` and `metrics.json` tell is the convention's: for Adadelta 1 before
  /// Keras 2.4 and in PyTorch, 0.001 since.
  @Test(arguments: OptimizerKind.allCases, OptimizerConvention.allCases)
  func everyOptimizer(kind: OptimizerKind, convention: OptimizerConvention) async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(64, to: folder)
      let recipe = try Self.recipe(
        data,
        """
        network: {dense: [4, 1]}
        loss: {kind: mse, target: t}
        optimizer: {kind: \(kind.rawValue), convention: \(convention.rawValue), \(Self.options(kind))}
        ema: {decay: 0.9, warm_up: true}
        clip: {norm: 1}
        """)
      let metrics = try TrainingRun(recipe, in: "\(folder)/run").run()
      let rate = metrics.epochs[0].learningRate
      #expect(rate == kind.optimizer(convention: convention).optimizer.learningRate)
      if kind == .adadelta {
        #expect(rate == ([.kerasStandalone, .pytorch].contains(convention) ? 1 : 0.001))
      }
    }
  }

  @Test(arguments: [
    "constant", "{kind: step, factor: 0.5, every: 1}", "{kind: multi_step, milestones: [0.5]}",
    "{kind: exponential, decay: 0.5, epochs: 1, stairs: true}", "{kind: inverse_time, decay: 1}",
    "{kind: polynomial, minimum: 1.0e-5, power: 2}", "{kind: cosine, warm_up: 0.5}",
    "{kind: cosine_restarts, epochs: 0.5, period_factor: 1.5}", "{kind: cyclic, half_period: 0.5}",
    "{kind: cyclic, half_period: 0.5, shape: halving}",
    "{kind: cyclic, half_period: 0.5, shape: exponential, gamma: 0.99}",
    "{kind: one_cycle, maximum: 0.01}",
  ])
  func everySchedule(schedule: String) async throws {
    try await withTemporaryFolder { folder in
      let data = try SmallEvents.write(128, to: folder)
      let recipe = try Self.recipe(
        data,
        "network: {dense: [4, 1]}\nloss: {kind: mse, target: t}\nschedule: \(schedule)")
      #expect(try TrainingRun(recipe, in: "\(folder)/run").run().epochs.count == 1)
    }
  }

  @Test func theManualNamesThemAll() throws {
    let manual = try ["training.md", "recipes.md"].map {
      try String(contentsOfFile: SharedData.repository + "/docs/" + $0, encoding: .utf8)
    }.joined()
    let names =
      LossKind.allCases.map(\.rawValue) + OptimizerKind.allCases.map(\.rawValue)
      + OptimizerConvention.allCases.map(\.rawValue)
      + [
        "amsgrad", "nesterov", "centered", "masked_mean", "event_weights", "nonzero", "graph", "ema",
        "step", "multi_step", "exponential", "inverse_time", "polynomial", "cosine",
        "cosine_restarts", "cyclic", "one_cycle", "halving", "plateau", "early_stopping", "warm_up",
        "--folds", "--find-learning-rate", "data.folds", "data.stratify", "rz", "decision", "live",
      ]
    for name in names { #expect(manual.contains(name), "the manual does not name \(name)") }
  }
}

/// What losses of a recipe compute, against plain code.
@Suite struct RecipeLossTests {
  /// The validation loss of an untrained network, and what it is compared with.
  private func loss(
    _ folder: String, _ loss: String, weights: String = ""
  ) throws -> (found: Double, answers: [Double], t: [Double], m: [Double], w: [Double]) {
    let data = try SmallEvents.write(96, to: folder)
    let recipe = try Recipe(
      yaml: """
        data: {file: "\(data)", inputs: {x: x}, targets: {t: t, m: m, w: w}\(weights),
          split: {validation: 0.5, shuffle: false}}
        network: {dense: [4, 4]}
        loss: \(loss)
        batch: 16
        epochs: 0
        """)
    let run = "\(folder)/run"
    try? FileManager.default.removeItem(atPath: run)
    let metrics = try TrainingRun(recipe, in: run).run()
    let file = try NPZ(contentsOf: data)
    func last(_ name: String, _ width: Int) throws -> [Double] {
      Array(try file.array(name).doubles().suffix(48 * width))
    }
    let answers = try Interpreter(NetworkFile.read(path: "\(run)/network.onnx"))
      .run(["x": Tensor([48, 4], .float64(last("x", 4)))])[0].elements.doubles
    return (metrics.validation?.loss ?? .nan, answers, try last("t", 1), try last("m", 4), try last("w", 1))
  }

  private func squares(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { ($0 - $1) * ($0 - $1) } }

  // Single precision over some hundred operations.
  private static let tolerance = 1e-5

  @Test func masksAndTheirMeans() async throws {
    try await withTemporaryFolder { folder in
      for (mask, mean) in [("m", "all"), ("m", "kept"), ("{nonzero: m}", "kept")] {
        let r = try loss(
          folder, "{kind: mse, target: x, mask: \(mask), masked_mean: \(mean)}")
        let x = Array(
          try NPZ(contentsOf: "\(folder)/events-3.npz").array("x").doubles().suffix(48 * 4))
        let terms = squares(r.answers, x)
        let losses = (0..<48).map { event -> Double in
          let row = event * 4..<event * 4 + 4
          let kept = row.reduce(0) { $0 + r.m[$1] }
          let sum = row.reduce(0) { $0 + r.m[$1] * terms[$1] }
          return mean == "all" ? sum / 4 : kept == 0 ? 0 : sum / kept
        }
        let wanted = losses.reduce(0, +) / 48
        #expect(abs(r.found - wanted) <= Self.tolerance * wanted, "\(mask) \(mean)")
      }
    }
  }

  @Test func weightsOfEventsAndOfOneLoss() async throws {
    try await withTemporaryFolder { folder in
      for own in [false, true] {
        let r = try loss(
          folder, "{kind: mse, target: m\(own ? ", event_weights: w" : "")}",
          weights: own ? "" : ", weights: w")
        let terms = squares(r.answers, r.m)
        let losses = (0..<48).map { event in terms[event * 4..<event * 4 + 4].reduce(0, +) / 4 }
        let sum = zip(losses, r.w).reduce(0) { $0 + $1.0 * $1.1 }
        let wanted = sum / (own ? 48 : r.w.reduce(0, +))
        #expect(abs(r.found - wanted) <= Self.tolerance * wanted)
      }
    }
  }

  /// A loss that is an ONNX file: mean of (prediction − truth)⁴.
  @Test func graphs() async throws {
    try await withTemporaryFolder { folder in
      let builder = NetworkBuilder("fourth_power")
      let (a, b) = (
        builder.input("prediction", [.batch, .fixed(4)]), builder.input("truth", [.batch, .fixed(4)])
      )
      let difference = a - b
      let square = difference * difference
      let network = try builder.network(outputs: [
        (square * square).reduced(.mean, axes: [1], keepsAxes: true)
      ])
      let path = "\(folder)/loss.onnx"
      try NetworkFile.write(network, to: path)
      let names = "inputs: {prediction: output, truth: m}"
      let r = try loss(folder, "{kind: graph, file: \"\(path)\", \(names), weight: 2}")
      let wanted = squares(r.answers, r.m).reduce(0) { $0 + $1 * $1 } / (4 * 48) * 2
      #expect(abs(r.found - wanted) <= Self.tolerance * wanted)
      // It is trained on, beside another.
      let data = "\(folder)/events-3.npz"
      let recipe = try Recipe(
        yaml: """
          data: {file: "\(data)", inputs: {x: x}, targets: {m: m}}
          network: {dense: [4, 4]}
          loss: [{kind: mse, weight: 0.1}, {kind: graph, file: "\(path)", \(names)}]
          batch: 16
          epochs: 5
          """)
      let metrics = try TrainingRun(recipe, in: "\(folder)/trained").run()
      #expect(metrics.epochs[4].loss < metrics.epochs[0].loss)
      #expect(
        SmallEvents.message { _ = try loss(folder, "{kind: graph, file: \"\(path)\", inputs: {a: m}}") }
          .contains("has no input 'a'; it has prediction, truth"))
      #expect(
        SmallEvents.message { _ = try loss(folder, "{kind: grap, file: a}") }
          .contains("did you mean 'graph'?"))
    }
  }
}
