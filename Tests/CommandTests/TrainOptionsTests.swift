import Foundation
import Testing

/// Cross-validation and the search for a learning rate, as a user runs them.
@Suite struct TrainOptionsTests {
  private func withRecipe(_ action: (_ recipe: String, _ folder: String) throws -> Void) throws {
    try withFolder { folder in
      let path = "\(folder)/recipe.yaml"
      let text = TrainBadInputTests.recipe(rest: "batch: 256\nmetrics: [accuracy]")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      try action(path, folder)
    }
  }

  @Test func foldsHaveATable() throws {
    try withRecipe { recipe, folder in
      let arguments = ["train", recipe, "--folds", "3", "-o", "\(folder)/run"]
      let result = try Tool.run(arguments)
      #expect(result.code == 0, "\(result.error)")
      let lines = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(lines[0].contains("3 folds"), "\(result.output)")
      #expect(lines[2].split(separator: " ") == ["fold", "loss", "accuracy"])
      func numbers(_ line: String) -> [Double] {
        line.split(separator: " ").suffix(2).compactMap { Double($0) }
      }
      let rows = lines[3..<6].map(numbers)
      #expect(rows.allSatisfy { $0.count == 2 } && lines[6].hasPrefix("mean"))
      for place in 0..<2 {
        let mean = rows.reduce(0) { $0 + $1[place] } / 3
        // Four digits are printed.
        #expect(abs(numbers(lines[6])[place] - mean) <= 1e-3 * mean, "\(result.output)")
      }
      #expect(lines[7].hasPrefix("± s.d."))
      #expect(result.error.contains("fold 3/3  float 1/1"), "\(result.error)")
      // Started again, nothing is left; as JSON the numbers are those of metrics.json.
      #expect(try Tool.run(arguments).output.contains("is finished already"))
      let json = try JSONSerialization.jsonObject(
        with: Data(Tool.run(arguments + ["--json"]).output.utf8))
      let report = try #require(json as? [String: Any])
      let kept = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/run/metrics.json")))
      #expect(report["metrics"] as? NSDictionary == kept as? NSDictionary)
      let plain = try Tool.run(["train", recipe, "-o", "\(folder)/run"])
      #expect(plain.code == 1 && plain.error.contains("('data.folds' differs)"), "\(plain.error)")
      let one = try Tool.run(["train", recipe, "--folds", "1"])
      #expect(one.code == 2 && one.error.contains("--folds takes 2 to 255, not 1"), "\(one.error)")
    }
  }

  /// The mean over the folds stands in a scan's table.
  @Test func foldsInAScan() throws {
    try withRecipe { recipe, folder in
      let result = try Tool.run([
        "scan", recipe, "--grid", "batch=256,512", "--set", "data.folds=2", "-o", "\(folder)/scan",
        "--json",
      ])
      #expect(result.code == 0, "\(result.error)")
      let table = try #require(
        try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      let runs = try #require(table["runs"] as? [[String: Any]])
      #expect(runs.compactMap { $0["validationLoss"] as? Double }.count == 2)
      #expect(runs.allSatisfy { $0["status"] as? String == "finished" })
    }
  }

  @Test func aLearningRateIsSuggested() throws {
    try withRecipe { recipe, folder in
      let out = "\(folder)/run"
      let result = try Tool.run([
        "train", recipe, "-o", out, "--find-learning-rate", "--set", "data.scaler=standard",
      ])
      #expect(result.code == 0, "\(result.error)")
      let rate = try #require(
        result.output.firstMatch(of: /optimizer: \{kind: adam, learning_rate: ([0-9.e-]+)\}/))
      #expect(Double(rate.1).map { (1e-6...1).contains($0) } == true, "\(result.output)")
      let files = try FileManager.default.contentsOfDirectory(atPath: out)
      #expect(Set(files).isSubset(of: ["learning-rate.csv", "learning-rate.svg"]))
      #expect(files.contains("learning-rate.csv"))
      // A loss that counts nothing is 0 at every rate.
      let flat = try Tool.run([
        "train", recipe, "-o", "\(folder)/flat", "--find-learning-rate", "--set",
        "loss={kind: categorical_crossentropy, weight: 0}",
      ])
      #expect(flat.code == 1 && flat.error.contains("the loss never falls"), "\(flat.error)")
    }
  }
}
