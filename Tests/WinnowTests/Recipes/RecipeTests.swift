import Foundation
import Testing
import Winnow
import WinnowTestSupport

@Suite struct RecipeTests {
  static let minimal = """
    name: small
    data: {file: absent.npz, inputs: {x: "a[:, 0:2]"}, targets: {y: b}}
    network: {dense: [2, 4, 1]}
    loss: mse
    """

  private func message(_ text: String, setting: [String] = []) -> String {
    do { _ = try Recipe(yaml: text, setting: setting) } catch { return "\(error)" }
    return "no error"
  }

  @Test func defaultsAndSettings() throws {
    let recipe = try Recipe(
      yaml: Self.minimal, setting: ["epochs=3", "data.split.test=0.2", "optimizer.kind=sgd"])
    #expect(recipe.name == "small" && recipe.seed == 1 && recipe.threads == 1)
    #expect(recipe.epochs == 3 && recipe.batch == 1024)
    guard case .table(let table) = recipe.settings else {
      Issue.record("the settings are no table")
      return
    }
    #expect(table["epochs"] == .integer(3))
    #expect(table["optimizer"] == .table(["kind": .text("sgd")]))
  }

  /// Settings survive being written to run.json.
  @Test func settingsAsJSON() throws {
    let settings = try Recipe(yaml: Self.minimal, setting: ["l1=1.0e-4", "epochs=3"]).settings
    let copy = try JSONDecoder().decode(RecipeSetting.self, from: JSONEncoder().encode(settings))
    #expect(copy == settings)
    let other = try Recipe(yaml: Self.minimal, setting: ["l1=1.0e-4", "epochs=4"]).settings
    #expect(settings.firstDifference(from: other) == "epochs")
    #expect(settings.firstDifference(from: settings) == nil)
  }

  @Test func everyKeyIsKnownOrRefused() {
    #expect(
      message(Self.minimal + "\nepcohs: 3")
        == "line 5: 'epcohs' is no key of a recipe; did you mean 'epochs'?")
    #expect(
      message(Self.minimal, setting: ["data.split.validaton=0.5"])
        == "'data.split.validaton' is no key of 'data.split'; did you mean 'validation'?")
    #expect(
      message(Self.minimal, setting: ["network.layers=[relu]"]).contains(
        "has dense and layers; give one of file, dense, layers"))
    #expect(
      message(Self.minimal, setting: ["loss=msee"]) == "'loss' is 'msee'; did you mean 'mse'?")
    #expect(
      message(Self.minimal, setting: ["schedule.kind=cosine", "plateau.factor=0.5"])
        .contains("both set the learning rate"))
    #expect(message(Self.minimal, setting: ["widths.beta=1"]).contains("give 'quantization' too"))
    #expect(
      message(Self.minimal, setting: ["quantization.weights=\"fixed<8\""]).contains(
        "is not a fixed-point type"))
    #expect(message(Self.minimal + "\nloss: mae").contains("loss"))
  }

  @Test func lengthsThatHaveNoMeaning() {
    #expect(
      message(Self.minimal, setting: ["checkpoint.seconds=-1"]).contains(
        "'checkpoint.seconds' is -1.0; give the seconds between two checkpoints"))
    let pruned = ["epochs=4", "pruning.final_sparsity=0.5"]
    #expect(message(Self.minimal, setting: pruned + ["pruning.end=4"]) == "no error")
    #expect(
      message(Self.minimal, setting: pruned + ["pruning.end=5"]).contains(
        "'pruning' has end: 5.0, and 'epochs' is 4; give an epoch from 0 to 4"))
    #expect(message(Self.minimal, setting: pruned + ["pruning.begin=-1"]).contains("has begin: -1.0"))
    #expect(
      message(Self.minimal, setting: pruned + ["quantization.epochs=2", "pruning.end=3"]).contains(
        "'quantization.epochs' is 2"))
  }

  @Test func layers() throws {
    let text = """
      data: {file: absent.npz, inputs: {x: a}, targets: {y: b}}
      loss: mse
      network:
        layers:
          - {convolution: 4, kernel: [3, 3], padding: same}
          - relu
          - {maximum_pool: [2, 2]}
          - flatten
          - {dense: 5, name: code}
          - tanh
          - {dense: 2, from: code, initializer: he_uniform}
      """
    _ = try Recipe(yaml: text)
    #expect(
      message(text.replacing("- relu", with: "- rleu")).contains("'rleu'; did you mean 'relu'?"))
    #expect(
      message(text.replacing("kernel: [3, 3]", with: "kernal: [3, 3]")).contains(
        "did you mean 'kernel'?"))
  }

  /// Pruned weights are zero in the network that is written, as many as asked for.
  @Test func prunedRun() async throws {
    try await withTemporaryFolder { folder in
      let jets = SharedData.repository + "/Examples/jet-tagger/jets-sample.npz"
      let recipe = try Recipe(
        yaml: """
          data: {file: "\(jets)", inputs: {x: x}, targets: {y: y}, scaler: standard}
          network: {dense: [16, 16, 3]}
          loss: categorical_crossentropy
          batch: 256
          epochs: 4
          pruning: {final_sparsity: 0.5, begin: 1, end: 3}
          quantization: {weights: {bits: 8, granularity: channel}, fold_scalers: false, epochs: 4}
          """)
      let metrics = try TrainingRun(recipe, in: folder + "/run").run()
      // Half of the 304 weights, and those that rounding makes zero; the best network too, as only
      // epochs that end with the final sparsity count.
      for file in ["last.onnx", "network.onnx"] {
        let network = try NetworkFile.read(path: "\(folder)/run/\(file)")
        let summary = try NetworkSummary(ConstantFolding().run(on: network))
        #expect(summary.weights == 304 && (152..<200).contains(summary.zeros), "\(file): \(summary.zeros)")
      }
      #expect(
        metrics.epochs.map(\.stage) == Array(repeating: "float", count: 4)
          + Array(repeating: "quantized", count: 4))
      // The loss of the file is the loss of its best epoch, to the bit: both are of the same integers.
      let best = metrics.epochs.suffix(2).compactMap(\.validationLoss).min()
      #expect(metrics.validation?.loss == best)
    }
  }
}

@Suite struct ScanPlanTests {
  @Test func gridOfTwo() throws {
    let plan = try ScanPlan(grid: ["a=1,2", "b=[1,2],[3]"], random: [], draws: 1, seed: 1)
    #expect(
      plan.points == [
        ["a=1", "b=[1,2]"], ["a=1", "b=[3]"], ["a=2", "b=[1,2]"], ["a=2", "b=[3]"],
      ])
  }

  @Test func drawsStayInRangeAndDoNotDependOnTheirNumber() throws {
    let random = ["rate=0.001..0.1:log", "width=3..5", "part=0.5..0.75"]
    let few = try ScanPlan(grid: [], random: random, draws: 5, seed: 9)
    let many = try ScanPlan(grid: [], random: random, draws: 200, seed: 9)
    #expect(few.points == Array(many.points.prefix(5)))
    var widths: Set<Int> = []
    var below = 0
    for point in many.points {
      let values = point.map { Double($0.split(separator: "=")[1])! }
      #expect((0.001...0.1).contains(values[0]) && (0.5...0.75).contains(values[2]))
      widths.insert(Int(values[1]))
      below += values[0] < 0.01 ? 1 : 0
    }
    #expect(widths == [3, 4, 5])
    // Half of the draws lie below the geometric mean: 100, σ = √(200/4) = 7; 5 σ.
    #expect(abs(below - 100) <= 35)
  }

  @Test(arguments: [
    ("a", "--grid takes KEY.PATH=…, not 'a'"), ("a=1,,2", "has an empty value"),
  ])
  func badGrids(text: String, sentence: String) {
    #expect(throws: (any Error).self) {
      try ScanPlan(grid: [text], random: [], draws: 1, seed: 1)
    }
    do { _ = try ScanPlan(grid: [text], random: [], draws: 1, seed: 1) } catch {
      #expect("\(error)".contains(sentence))
    }
  }

  @Test(arguments: ["a=3", "a=3..1", "a=0..1:log", "a=x..y"])
  func badRanges(text: String) {
    #expect(throws: RecipeError.self) {
      try ScanPlan(grid: [], random: [text], draws: 1, seed: 1)
    }
  }
}
