import Foundation
import Winnow

extension Train {
  struct CrossValidationReport: Encodable {
    var run: String
    var metrics: CrossValidationMetrics
  }

  /// Trains once for each fold and shows the spread of the results.
  func crossValidate(_ recipe: Recipe, _ folder: String, _ progress: Progress) throws {
    let run = try CrossValidationRun(
      recipe, in: folder, command: ["winnow"] + CommandLine.arguments.dropFirst())
    let metrics: CrossValidationMetrics
    if run.start == .finished {
      metrics = try run.metrics()
      if !json { print("\(folder) is finished already; nothing is left to train") }
    } else {
      if run.start == .resumed { progress("going on with \(folder)") }
      metrics = try run.run { fold, state in
        show(state, progress, prefix: "fold \(fold)/\(run.foldCount)  ")
      }
      progress.finish()
    }
    if json { return try printJSON(CrossValidationReport(run: folder, metrics: metrics)) }
    show(metrics, folder)
  }

  private func show(_ metrics: CrossValidationMetrics, _ folder: String) {
    let events = metrics.folds[0].events
    print(
      "\(metrics.name): \(metrics.folds.count) folds of \(events.validation) events, \(events.test) test events"
    )
    print("validation of each fold")
    show(metrics.folds.map(\.validation), metrics.validation)
    if let test = metrics.test {
      print("test, by the network of each fold")
      show(metrics.folds.compactMap(\.test), test)
    }
    print("written to \(folder)")
  }

  /// A row for each fold, then the mean and the standard deviation of each number.
  private func show(
    _ folds: [TrainingMetrics.Evaluated], _ spreads: [String: CrossValidationMetrics.Spread]
  ) {
    let names = ["loss"] + spreads.keys.filter { $0 != "loss" }.sorted()
    func row(_ title: String, _ value: (String) -> Double?) {
      let numbers = names.map { column(value($0).map(Train.short) ?? "–", 12) }.joined()
      print("  " + column(title, 8) + numbers.trimmingCharacters(in: .whitespaces))
    }
    print(
      "  " + column("fold", 8)
        + names.map { column($0, 12) }.joined().trimmingCharacters(in: .whitespaces))
    for (index, fold) in folds.enumerated() {
      row("\(index + 1)") { $0 == "loss" ? fold.loss : fold.metrics[$0] }
    }
    row("mean") { spreads[$0]?.mean }
    row("± s.d.") { spreads[$0]?.standardDeviation }
  }
}
