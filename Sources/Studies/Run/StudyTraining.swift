import Winnow

/// A training of a study: a recipe in a folder, done once, gone on with after a stop.
struct StudyTraining {
  let recipe: Recipe
  let folder: String
  /// Begins the progress lines.
  let label: String

  init(_ recipe: Recipe, in folder: String, label: String) {
    (self.recipe, self.folder, self.label) = (recipe, folder, label)
  }

  func run(_ progress: (String) -> Void) throws {
    let run = try TrainingRun(recipe, in: folder)
    guard run.start != .finished else { return }
    try withoutActuallyEscaping(progress) { progress in
      _ = try run.run { state in
        guard state.isEpochEnd else { return }
        let loss = state.validationLoss ?? state.loss
        progress("\(label), epoch \(state.epoch) of \(state.epochs), validation loss \(Self.short(loss))")
      }
    }
  }

  private static func short(_ value: Double) -> String { "\((value * 1e4).rounded() / 1e4)" }
}
