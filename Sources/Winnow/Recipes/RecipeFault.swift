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
    let (objective, learned) = try objectiveAndTarget(for: network)
    let main = recipe.losses.first
    let isDistilled = main == nil && recipe.graphLosses.isEmpty
    let types = try objective.network.verify()
    guard let output = main?.inputs?.first ?? network.outputs.first,
      let target = isDistilled ? learned : main?.target ?? recipe.data.targets.first?.name,
      let answers = types[output]?.elementsPerEvent, let numbers = types[target]?.elementsPerEvent
    else {
      throw RecipeError(
        "'metrics' has '\(first.rawValue)', which compares the first loss's input with its target, and there is none; leave it out"
      )
    }
    for metric in recipe.metrics where metric.comparesNumbers && answers != numbers {
      throw RecipeError(
        "'metrics' has '\(metric.rawValue)', which compares numbers with numbers, and the target '\(target)' has \(numbers) for \(answers) answers of '\(output)'; leave it out"
      )
    }
    if recipe.metrics.contains(where: { !$0.comparesNumbers }), numbers == 1,
      let place = try events.first(of: target, where: { Int32(exactly: $0) == nil })
    {
      throw RecipeError(MetricValues.noLabel(place.value, target))
    }
  }
}

extension TrainingRun {
  /// Binary losses compare with probabilities; where a mask leaves numbers out, these may be any.
  ///
  /// - Throws: ``RecipeError`` naming the loss, the target and the first number that is none.
  func checkProbabilities() throws {
    for loss in recipe.losses where loss.takesProbabilities && loss.mask == nil {
      guard let target = loss.target ?? recipe.data.targets.first?.name,
        let place = try events.first(of: target, where: { !(0...1).contains($0) })
      else { continue }
      throw RecipeError(
        "the loss '\(loss.kind.rawValue)' compares with probabilities from 0 to 1, and the target '\(target)' has \(place.value) in row \(place.row); mend the target, or give another loss"
      )
    }
  }
}

extension TrainingRun {
  /// Names that match nothing would change nothing. What quantisation and folding add is named after
  /// what was there.
  ///
  /// - Throws: ``RecipeError`` with the nearest name.
  func checkNames(in network: Network) throws {
    let names = Set(
      network.inputs.map(\.name) + network.nodes.flatMap { [$0.name] + $0.outputs }
        + network.constants.keys
    ).subtracting([""])
    let given: [(key: String, patterns: [String])] = [
      ("pruning.excluding", recipe.pruning?.excluding ?? []),
      ("quantization.rules", recipe.quantization?.plan.rules.compactMap(\.nodes) ?? []),
      ("quantization.learned_steps.fixed", recipe.quantization?.learnedSteps?.steps.fixed ?? []),
      ("widths.fixed", recipe.widths?.widths.fixed ?? []),
    ]
    for (key, patterns) in given {
      for pattern in patterns {
        let text = String(pattern.prefix { $0 != "*" })
        let isWhole = text == pattern
        if text.isEmpty || names.contains(where: { text.hasPrefix($0) }) { continue }
        if !isWhole, names.contains(where: { $0.hasPrefix(text) }) { continue }
        let nearest = nearestKey(to: text, among: names.sorted())
        throw RecipeError(
          "'\(key)' has '\(pattern)', and nothing in the network has such a name; "
            + (nearest.map { "did you mean '\($0)'?" } ?? "give one, or leave it out"))
      }
    }
  }
}

extension TensorType {
  /// The numbers behind the leading axis; `nil` where one is not known.
  fileprivate var elementsPerEvent: Int? {
    shape.dropFirst().reduce(1) { product, dimension in
      product.flatMap { product in dimension.size.map { product * $0 } }
    }
  }
}
