import ArgumentParser
import Foundation
import Winnow

struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a recipe with many settings: a grid, random draws, or both.",
    discussion: """
      Each run has a folder of its own; started again, a scan goes on with those
      that are not finished. Ctrl-C ends the scan and its trainings.

      Example:
        winnow scan Examples/jet-tagger/jet-tagger.yaml \\
          --set epochs=1 --grid batch=128,256 -o build/scan
      """)

  @Argument(help: "The recipe.")
  var recipe: String

  @Option(help: ArgumentHelp("Values of a setting; may be repeated.", valueName: "key.path=a,b,c"))
  var grid: [String] = []

  @Option(
    help: ArgumentHelp(
      "A range of a setting to draw from; may be repeated.", valueName: "key.path=low..high[:log]"))
  var random: [String] = []

  @Option(
    name: [.short, .customLong("draws")], parsing: .unconditional,
    help: "Random draws, for each point of the grid.")
  var n: Int = 10

  @Option(name: [.short, .customLong("jobs")], parsing: .unconditional, help: "Runs at a time.")
  var jobs: Int = 1

  @Option(
    help: ArgumentHelp("A setting of all runs; may be repeated.", valueName: "key.path=value"))
  var set: [String] = []

  @Option(name: [.short, .customLong("output")], help: "The folder to write.")
  var output: String

  @Option(parsing: .unconditional, help: "Seed of the random draws.")
  var seed: UInt64 = 1

  @Flag(help: "Submit a Slurm job array with sbatch, and wait for it.")
  var slurm = false

  @Flag(help: "Print the table as JSON.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(n) else { throw ValidationError("-n takes 1 to 100000, not \(n).") }
    guard (1...1024).contains(jobs) else { throw ValidationError("-j takes 1 to 1024, not \(jobs).") }
  }

  func run() throws {
    let progress = Progress(silent: json)
    let plan = try ScanPlan(grid: grid, random: random, draws: n, seed: seed)
    // A mistake in a setting shows before anything is trained.
    let recipes = try plan.points.map { try Recipe(contentsOf: recipe, setting: set + $0) }
    try checkFolder(plan)
    try ScanResults.requireSame(recipes, in: output)
    try OutputFolder.make(output)
    try results(plan, [:]).write(to: output)
    Interruption.watch()
    let failures =
      slurm
      ? try submit(plan, threads: recipes.map(\.threads).max() ?? 1, progress) : try runHere(plan, progress)
    let results = results(plan, failures)
    try results.write(to: output)
    progress.finish()
    let finished = results.runs.filter { $0.status == "finished" }.count
    if Interruption.isAsked, finished < results.runs.count {
      throw NetworkError(
        "the scan was interrupted (\(Interruption.name)) with \(finished) of \(results.runs.count) runs finished; the same command goes on with the rest"
      )
    }
    if json { try printJSON(results) } else { show(results) }
    if results.runs.contains(where: { $0.status != "finished" }) { throw ExitCode(1) }
  }

  private func results(_ plan: ScanPlan, _ failures: [Int: String]) -> ScanResults {
    ScanResults(recipe: recipe, seed: seed, plan: plan, in: output, failures: failures)
  }

  /// Absent, empty, or a scan of the same points.
  private func checkFolder(_ plan: ScanPlan) throws {
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
    if contents.isEmpty { return }
    guard contents.contains("scan.json") else {
      throw NetworkError("the folder '\(output)' holds something else; give -o another folder")
    }
    let earlier = try ScanResults(contentsOf: output)
    let own = Dictionary(
      uniqueKeysWithValues: plan.points.enumerated().map { (ScanResults.folder($0), $1) })
    guard earlier.runs.allSatisfy({ own[$0.run] == nil || own[$0.run] == $0.settings }) else {
      throw NetworkError(
        "'\(output)' holds a scan of other settings; give -o another folder, or the same --grid and --random")
    }
  }

  private func jobs(_ plan: ScanPlan) -> [ScanJob] {
    plan.points.indices.filter { !ScanResults.isFinished($0, in: output) }.map { index in
      let folder = "\(output)/\(ScanResults.folder(index))"
      let settings = (set + plan.points[index]).flatMap { ["--set", $0] }
      return ScanJob(
        index: index, settings: plan.points[index],
        arguments: ["train", recipe] + settings + ["-o", folder, "--json"], log: "\(folder).log")
    }
  }

  private func runHere(_ plan: ScanPlan, _ progress: Progress) throws -> [Int: String] {
    var local = LocalJobs(atATime: jobs)
    return try local.run(jobs(plan)) { job in
      progress(
        "\(ScanResults.folder(job.index)) of \(plan.points.count): \(job.settings.joined(separator: " "))")
    }
  }

  private func submit(_ plan: ScanPlan, threads: Int, _ progress: Progress) throws -> [Int: String] {
    let slurm = SlurmArray(folder: output, atATime: jobs, threads: threads)
    let left = jobs(plan)
    guard !left.isEmpty else { return [:] }
    try slurm.run(left) { number in
      progress("\(left.count) trainings submitted to Slurm as job \(number)")
    }
    return Dictionary(
      uniqueKeysWithValues: left.filter { !ScanResults.isFinished($0.index, in: output) }
        .compactMap { job in job.lastLine.map { (job.index, $0) } })
  }

  private func show(_ results: ScanResults) {
    print(column("run", 10) + column("loss", 12) + column("bit operations", 16) + "settings")
    for run in results.runs {
      print(
        column(run.run, 10) + column(run.validationLoss.map(Train.short) ?? "–", 12)
          + column(run.effectiveBitOperations.map { "\($0)" } ?? "–", 16)
          + run.settings.joined(separator: " ")
          + (run.status == "finished" ? "" : "  \(run.status)"))
    }
    print("written to \(output)/scan.json")
  }
}
