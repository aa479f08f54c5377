import Foundation
import Testing
import Winnow
import WinnowTestSupport

@Suite struct LearningRateSearchTests {
  private func recipe(_ data: String, _ settings: [String] = []) throws -> Recipe {
    try Recipe(
      yaml: """
        data: {file: "\(data)", inputs: {x: x}, targets: {t: t}}
        network: {dense: [4, 1]}
        loss: mse
        optimizer: {kind: sgd}
        batch: 512
        epochs: 2
        """, setting: settings)
  }

  /// Linear least squares by gradient descent diverge above 2/λ with λ the largest eigenvalue of the
  /// Hessian, 2 E[x xᵀ]: here 1 within the spread of 512 events of four independent features,
  /// λ/2 = (1 ± √(4/512))² at the edges, so rates of 0.84 to 1.2.
  @Test func theSuggestionIsBelowTheRateThatDiverges() async throws {
    try await withTemporaryFolder { folder in
      let recipe = try recipe(SmallEvents.write(640, to: folder))
      let search = try LearningRateSearch(recipe, in: "\(folder)/run")
      let rate = try #require(search.suggestion)
      #expect(search.hasDiverged && (0.01..<1.2).contains(rate), "\(rate)")
      #expect(search.rates.count == search.losses.count && search.rates.count < 100)
      #expect(search.rates.last.map { (0.84...10).contains($0) } == true)
      #expect(try LearningRateSearch(recipe, in: "\(folder)/run").losses == search.losses)
    }
  }

  /// The search leaves a table and a picture, and a training that follows in the same folder is as
  /// without it.
  @Test func nothingElseChanges() async throws {
    try await withTemporaryFolder { folder in
      let recipe = try recipe(SmallEvents.write(640, to: folder))
      let run = "\(folder)/run"
      let search = try LearningRateSearch(recipe, in: run)
      let hasFigure = try search.write(to: run)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: run).sorted()
          == ["learning-rate.csv"] + (hasFigure ? ["learning-rate.svg"] : []))
      let lines = try String(contentsOfFile: "\(run)/learning-rate.csv", encoding: .utf8)
        .split(separator: "\n")
      #expect(lines[0] == "learning_rate,smoothed_loss")
      #expect(
        lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
          == zip(search.rates, search.losses).map { [$0, $1] })
      let metrics = try TrainingRun(recipe, in: run).run()
      #expect(try TrainingRun(recipe, in: "\(folder)/other").run() == metrics)
      // Beside a finished run, and with settings of its own.
      _ = try LearningRateSearch(self.recipe("\(folder)/events-3.npz", ["batch=64"]), in: run)
      #expect(try TrainingRun(recipe, in: run).start == .finished)
    }
  }

  /// Where every rate is too large the loss never falls.
  @Test func noSuggestionWhereNothingIsLearned() async throws {
    try await withTemporaryFolder { folder in
      let search = try LearningRateSearch(
        recipe(SmallEvents.write(640, to: folder)), in: "\(folder)/run",
        finder: LearningRateFinder(first: 100, last: 1000, steps: 20))
      #expect(search.hasDiverged && search.losses.count < 3 && search.suggestion == nil)
    }
  }
}
