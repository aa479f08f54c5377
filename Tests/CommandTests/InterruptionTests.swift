import Foundation
import Testing

/// A scan that is told to end ends its trainings, and goes on where it stopped.
@Suite struct InterruptionTests {
  #if DEBUG
    static let epochs = 100
  #else
    static let epochs = 1000
  #endif

  @Test(arguments: [SIGINT, SIGTERM])
  func askedToEnd(signal: Int32) throws {
    try withFolder { folder in
      let recipe = "\(folder)/recipe.yaml"
      try Data(TrainBadInputTests.recipe(epochs: Self.epochs).utf8)
        .write(to: URL(fileURLWithPath: recipe))
      let arguments = ["scan", recipe, "--grid", "batch=512,1024", "-o", "\(folder)/scan"]
      let scan = try RunningTool(arguments)
      defer { scan.kill(SIGKILL) }
      try scan.wait(for: "\(folder)/scan/run-0000/checkpoints/last.npz")
      scan.kill(signal)
      let result = try scan.finish()
      #expect(result.code == 1)
      #expect(
        result.error.contains(
          "winnow: the scan was interrupted (\(signal == SIGINT ? "SIGINT" : "SIGTERM"))"),
        "\(result.error)")
      #expect(result.error.contains("the same command goes on with the rest"), "\(result.error)")
      #expect(RunningTool.isFree("\(folder)/scan/run-0000/.lock"), "the training goes on")
      let table = try String(contentsOfFile: "\(folder)/scan/scan.json", encoding: .utf8)
      #expect(table.contains("unfinished"))
      let again = try Tool.run(arguments)
      #expect(again.code == 0, "\(again.error)")
      let run = try String(contentsOfFile: "\(folder)/scan/run-0000/run.json", encoding: .utf8)
      #expect(run.contains("\"resumptions\" : 1"), "\(run)")
    }
  }

  /// The kernel ends a killed scan without a word; its trainings notice.
  @Test func killed() throws {
    try withFolder { folder in
      let recipe = "\(folder)/recipe.yaml"
      // Without the scan's end it would take minutes.
      try Data(TrainBadInputTests.recipe(epochs: 100 * Self.epochs).utf8)
        .write(to: URL(fileURLWithPath: recipe))
      let scan = try RunningTool(
        ["scan", recipe, "--grid", "batch=512,1024", "-j", "2", "-o", "\(folder)/scan"])
      let runs = ["run-0000", "run-0001"].map { "\(folder)/scan/\($0)" }
      for run in runs { try scan.wait(for: "\(run)/checkpoints/last.npz") }
      scan.kill(SIGKILL)
      _ = try scan.finish()
      let begin = Date()
      while !runs.allSatisfy({ RunningTool.isFree("\($0)/.lock") }), Date().timeIntervalSince(begin) < 20 {
        Thread.sleep(forTimeInterval: 0.01)
      }
      #expect(runs.allSatisfy { RunningTool.isFree("\($0)/.lock") }, "trainings outlive their scan")
    }
  }
}
