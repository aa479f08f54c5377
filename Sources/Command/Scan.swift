import ArgumentParser
import Foundation
import Winnow

struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a recipe with many settings: a grid, random draws, or both.",
    discussion: """
      Each run has a folder of its own; started again, a scan goes on with those
      that are not finished.

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

  @Option(name: [.short, .customLong("draws")], help: "Random draws, for each point of the grid.")
  var n: Int = 10

  @Option(name: [.short, .customLong("jobs")], help: "Runs at a time.")
  var jobs: Int = 1

  @Option(
    help: ArgumentHelp("A setting of all runs; may be repeated.", valueName: "key.path=value"))
  var set: [String] = []

  @Option(name: [.short, .customLong("output")], help: "The folder to write.")
  var output: String

  @Option(help: "Seed of the random draws.")
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
    for point in plan.points { _ = try Recipe(contentsOf: recipe, setting: set + point) }
    try checkFolder(plan)
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try results(plan, [:]).write(to: output)
    let failures = slurm ? try submit(plan, progress) : try runHere(plan, progress)
    let results = results(plan, failures)
    try results.write(to: output)
    progress.finish()
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

  private func arguments(_ point: [String], _ index: Int) -> [String] {
    ["train", recipe] + (set + point).flatMap { ["--set", $0] }
      + ["-o", "\(output)/\(ScanResults.folder(index))", "--json"]
  }

  private static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  // MARK: Local processes

  private func runHere(_ plan: ScanPlan, _ progress: Progress) throws -> [Int: String] {
    var waiting = plan.points.indices.filter { !ScanResults.isFinished($0, in: output) }[...]
    var running: [(index: Int, process: Process)] = []
    var failures: [Int: String] = [:]
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < jobs, let index = waiting.popFirst() {
        progress(
          "\(ScanResults.folder(index)) of \(plan.points.count): \(plan.points[index].joined(separator: " "))"
        )
        running.append((index, try start(arguments(plan.points[index], index), index)))
      }
      for (place, run) in running.enumerated().reversed() where !run.process.isRunning {
        running.remove(at: place)
        if run.process.terminationStatus != 0 { failures[run.index] = sentence(run.index) }
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return failures
  }

  private func log(_ index: Int) -> String { "\(output)/\(ScanResults.folder(index)).log" }

  private func start(_ arguments: [String], _ index: Int) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.executable)
    process.arguments = arguments
    try Data().write(to: URL(fileURLWithPath: log(index)))
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log(index)))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The last line that a run wrote on standard error.
  private func sentence(_ index: Int) -> String {
    let text = (try? String(contentsOfFile: log(index), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").last.map(String.init) ?? "failed without a word"
  }

  // MARK: Slurm

  private func submit(_ plan: ScanPlan, _ progress: Progress) throws -> [Int: String] {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    guard
      let sbatch = folders.map({ "\($0)/sbatch" })
        .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      throw NetworkError("sbatch is not installed, so that no job can be submitted; leave --slurm out")
    }
    let left = plan.points.indices.filter { !ScanResults.isFinished($0, in: output) }
    guard !left.isEmpty else { return [:] }
    let commands = left.map { index in
      ([Self.executable] + arguments(plan.points[index], index)).map(Self.quoted)
        .joined(separator: " ") + " 2> \(Self.quoted(log(index)))"
    }
    let file = output + "/commands.txt"
    try AtomicFile.write(Array((commands.joined(separator: "\n") + "\n").utf8), to: file)
    let script = """
      #!/bin/sh
      #SBATCH --job-name=winnow-scan
      #SBATCH --array=0-\(left.count - 1)%\(jobs)
      #SBATCH --output=/dev/null
      cd \(Self.quoted(FileManager.default.currentDirectoryPath)) || exit 1
      eval "$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" \(Self.quoted(file)))"

      """
    try AtomicFile.write(Array(script.utf8), to: output + "/scan.sbatch")
    progress("submitting \(left.count) jobs to Slurm")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: sbatch)
    process.arguments = ["--wait", output + "/scan.sbatch"]
    process.standardOutput = FileHandle.standardError
    try process.run()
    process.waitUntilExit()
    return Dictionary(
      uniqueKeysWithValues: left.filter { !ScanResults.isFinished($0, in: output) }
        .map { ($0, sentence($0)) })
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
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
