import WinnowNetworkIR
import WinnowTraining

extension RecipeError {
  /// Does what a key of the recipe asks for; what does not work then is the recipe's fault, also where
  /// it shows only beside the data.
  static func blaming<Result>(_ key: String, _ action: () throws -> Result) throws -> Result {
    do { return try action() } catch let error as TrainingError {
      throw RecipeError("'\(key)': \(error.message)")
    } catch let error as NetworkError {
      throw RecipeError("'\(key)': \(error.message)")
    } catch let error as HyperparameterError {
      throw RecipeError("'\(key)': \(error)")
    }
  }
}

extension TrainingRun {
  /// Metrics are computed when all is trained; whether they can be shows before.
  ///
  /// - Throws: ``RecipeError`` naming the first metric that cannot.
  func checkMetrics(of network: Network) throws {
    guard let first = recipe.metrics.first else { return }
    guard let main = recipe.losses.first, let output = main.inputs?.first ?? network.outputs.first,
      let target = main.target ?? recipe.data.targets.first?.name,
      let column = events.data.columns.first(where: { $0.name == target })
    else {
      throw RecipeError(
        "'metrics' has '\(first.rawValue)', which compares the first loss's input with its target, a column of the data, and there is none; leave it out"
      )
    }
    guard let shape = try network.verify()[output]?.shape.dropFirst() else { return }
    let width = shape.reduce(1) { $0 * ($1.size ?? 1) }
    for metric in recipe.metrics where metric.comparesNumbers && width != column.count {
      throw RecipeError(
        "'metrics' has '\(metric.rawValue)', which compares numbers with numbers, and the target '\(target)' has \(column.count) for \(width) answers of '\(output)'; leave it out"
      )
    }
  }
}

extension MetricKind {
  fileprivate var comparesNumbers: Bool { ![.accuracy, .auc].contains(self) }
}
