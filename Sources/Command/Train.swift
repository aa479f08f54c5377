import ArgumentParser
import Foundation
import Winnow

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train, quantise and prune a network as a recipe says.",
    discussion: """
      A run that was killed goes on from its last checkpoint when it is started
      again, and ends with the same bits as one that was never interrupted.

      Example:
        winnow train Examples/jet-tagger/jet-tagger.yaml \\
          --set epochs=2 -o build/jets
      """)

  @Argument(help: "The recipe; docs/training.md lists its keys.")
  var recipe: String

  @Option(
    help: ArgumentHelp("Change a setting of the recipe; may be repeated.", valueName: "key.path=value"))
  var set: [String] = []

  @Option(name: [.short, .customLong("output")], help: "The folder to write; runs/NAME by itself.")
  var output: String?

  @Flag(help: "Go on with the run that the folder holds; without one the run starts anew.")
  var resume = false

  @Option(parsing: .unconditional, help: "Threads, whatever the recipe says; they change no bit.")
  var threads: Int?

  @Option(help: "Cross-validate: train once for each of so many folds of the data.")
  var folds: Int?

  @Flag(
    help: "Train some steps at rates that grow, print the one at which the loss falls fastest, and stop.")
  var findLearningRate = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  struct Report: Encodable {
    var run: String
    var network: String
    var metrics: TrainingMetrics
  }

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads takes 1 to 256, not \(threads).")
    }
    if let folds, !(2...255).contains(folds) {
      throw ValidationError("--folds takes 2 to 255, not \(folds).")
    }
  }

  func run() throws {
    Lifeline.watchInChild()
    let progress = Progress(silent: json)
    let folds = folds.map { ["data.folds=\($0)"] } ?? []
    var recipe = try Recipe(contentsOf: recipe, setting: set + folds)
    if let threads { recipe.threads = threads }
    let folder = output ?? "runs/\(recipe.name)"
    if findLearningRate { return try find(recipe, folder, progress) }
    if recipe.data.folds != nil, recipe.data.fold == nil {
      return try crossValidate(recipe, folder, progress)
    }
    let run = try TrainingRun(
      recipe, in: folder, command: ["winnow"] + CommandLine.arguments.dropFirst())
    let metrics: TrainingMetrics
    switch run.start {
    case .finished:
      metrics = try run.metrics()
      if !json { print("\(folder) is finished already; nothing is left to train") }
    case .fresh, .resumed:
      if resume, run.start == .fresh { progress("nothing to resume in \(folder): starting anew") }
      if run.start == .resumed { progress("going on with \(folder)") }
      metrics = try run.run { show($0, progress) }
      progress.finish()
    }
    if json {
      return try printJSON(
        Report(run: folder, network: "\(folder)/network.onnx", metrics: metrics))
    }
    show(metrics, folder)
  }

  func show(_ state: TrainingProgress, _ progress: Progress, prefix: String = "") {
    var line =
      prefix + "\(state.stage) \(state.epoch)/\(state.epochs)  loss \(Self.short(state.loss))"
    if let validation = state.validationLoss { line += "  validation \(Self.short(validation))" }
    line += "  rate \(Self.short(state.learningRate))"
    line += "  \(Self.short(state.eventsPerSecond)) events/s"
    if let operations = state.effectiveBitOperations {
      line += "  \(Int(operations)) bit operations"
    } else if let bound = state.bitOperationBound {
      line += "  at most \(Int(bound)) bit operations"
    }
    if let tables = state.lookUpTables { line += "  \(tables) LUT" }
    if let sparsity = state.sparsity { line += "  sparsity \(Self.short(sparsity))" }
    if state.isEpochEnd {
      line += "  \(Self.time(state.secondsLeft)) left\(state.isBest ? "  best" : "")"
      progress.line(line)
    } else {
      progress.passing(line + "  batch \(state.batch)/\(state.batches)")
    }
  }

  private func show(_ metrics: TrainingMetrics, _ folder: String) {
    print(
      "\(metrics.name): \(metrics.events.training) training, \(metrics.events.validation) validation, \(metrics.events.test) test events"
    )
    for (name, evaluated) in [("validation", metrics.validation), ("test", metrics.test)] {
      guard let evaluated else { continue }
      let numbers = evaluated.metrics.sorted { $0.key < $1.key }
        .map { "  \($0.key) \(Self.short($0.value))" }.joined()
      print("  " + column(name, 12) + "loss \(Self.short(evaluated.loss))\(numbers)")
    }
    let size = metrics.size
    print(
      "  " + column("weights", 12) + "\(size.weights), \(size.zeroWeights) zero"
        + (size.effectiveBitOperations.map { ", \($0) effective bit operations" } ?? "")
        + (size.lookUpTables.map { ", \($0) LUT (estimate)" } ?? ""))
    if let threshold = metrics.threshold {
      print(
        "  " + column("accepted", 12) + "above a score of \(Self.short(Double(threshold))) of the teacher")
    }
    if let exact = metrics.exactness {
      print("  " + column("exact in", 12) + exact.precision)
    }
    if let first = metrics.pareto.first, let last = metrics.pareto.last {
      let count = metrics.pareto.count
      let losses =
        count == 1
        ? "1 network, loss \(Self.short(first.loss))"
        : "\(count) networks, loss \(Self.short(first.loss)) to \(Self.short(last.loss))"
      print(
        "  " + column("pareto", 12)
          + "\(losses); 'winnow pareto \(folder)' shows \(count == 1 ? "it" : "them")")
    }
    print("written to \(folder)")
  }

  static func short(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
