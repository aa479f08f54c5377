import Foundation
import Winnow

extension Train {
  /// Finds a learning rate; leaves the curve beside where the run will be, and nothing else.
  func find(_ recipe: Recipe, _ folder: String, _ progress: Progress) throws {
    let search = try LearningRateSearch(recipe, in: folder) { step, steps in
      progress.passing("step \(step) of \(steps)")
    }
    let hasFigure = try search.write(to: folder)
    progress.finish()
    let written =
      "written to \(folder)/learning-rate.csv"
      + (hasFigure ? " and learning-rate.svg" : "; no figure: gnuplot is not installed")
    if json {
      try printJSON(search)
    } else if let rate = search.suggestion {
      print("the loss falls fastest at a learning rate of \(Self.short(rate)); in the recipe:")
      print("  optimizer: {kind: \(search.optimizer), learning_rate: \(Self.short(rate))}")
    }
    if !json { print(written) }
    if search.suggestion == nil {
      throw NetworkError(
        "the loss never falls in \(search.rates.count) steps of the range test; check the loss and the data's scaler"
      )
    }
  }
}
