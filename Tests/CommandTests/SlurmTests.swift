import Foundation
import Testing

/// Scans as job arrays of a Slurm with one node, this machine, which the tests start themselves.
@Suite(
  .serialized,
  .enabled(if: OneNodeSlurm.isInstalled, "slurmctld, slurmd and munge are not installed; no job was run"))
struct SlurmTests {
  private func withScan(
    _ name: String = "recipe", settings: [String] = [], epochs: Int = 1,
    _ action: (_ folder: String, _ recipe: String, _ environment: [String: String]) throws -> Void
  ) throws {
    try withFolder { folder in
      // A name that a shell would take apart.
      let recipe = "\(folder)/a recipe's.yaml"
      try Data(TrainBadInputTests.recipe(epochs: epochs).utf8).write(to: URL(fileURLWithPath: recipe))
      guard let slurm = try OneNodeSlurm(folder + "/slurm", settings: settings) else { return }
      defer { slurm.stop() }
      try action(folder, recipe, slurm.environment)
    }
  }

  private func runs(_ folder: String) throws -> [[String: Any]] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/scan.json"))
    let table = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    return try #require(table["runs"] as? [[String: Any]])
  }

  @Test func twoByTwo() throws {
    try withScan { folder, recipe, environment in
      let arguments = [
        "scan", recipe, "--grid", "batch=256,512", "--grid", "seed=1,2", "-j", "2", "--json",
      ]
      let queued = try Tool.run(
        arguments + ["--slurm", "-o", "\(folder)/scan"], environment: environment)
      #expect(queued.code == 0, "\(queued.error)")
      #expect(queued.error.isEmpty)
      #expect(
        try runs("\(folder)/scan").map { $0["status"] as? String } == Array(repeating: "finished", count: 4))
      // The queue changes no bit.
      let here = try Tool.run(arguments + ["-o", "\(folder)/here"])
      #expect(here.code == 0 && here.output == queued.output, "\(here.error)")
      // Started again, nothing is submitted.
      let again = try Tool.run(
        arguments + ["--slurm", "-o", "\(folder)/scan"], environment: environment)
      #expect(again.code == 0 && again.output == queued.output, "\(again.error)")
    }
  }

  /// More trainings than the cluster takes tasks; one fails, and says why in the table.
  @Test func largerThanAnArray() throws {
    try withScan(settings: ["MaxArraySize=3"]) { folder, recipe, environment in
      let result = try Tool.run(
        [
          "scan", recipe, "--grid", "batch=256,512,100000", "--grid", "seed=1,2", "--slurm", "-j", "2",
          "-o", "\(folder)/scan",
        ], environment: environment)
      #expect(result.code == 1, "\(result.error)")
      let runs = try runs("\(folder)/scan")
      #expect(runs.filter { $0["status"] as? String == "finished" }.count == 4)
      let failed = runs.compactMap { $0["status"] as? String }.filter { $0 != "finished" }
      #expect(failed.count == 2)
      #expect(failed.allSatisfy { $0.contains("fewer than one batch of 100000") }, "\(failed)")
      #expect(result.output.contains("fewer than one batch of 100000"))
    }
  }

  /// What the controller does not take is said in its words.
  @Test func refusedJobs() throws {
    try withScan { folder, recipe, environment in
      let result = try Tool.run(
        ["scan", recipe, "--grid", "batch=256,512", "--slurm", "-o", "\(folder)/scan"],
        environment: environment.merging(["SBATCH_PARTITION": "nowhere"]) { $1 })
      #expect(result.code == 1)
      #expect(result.error.contains("sbatch took no job ("), "\(result.error)")
      #expect(result.error.contains("Invalid partition name"), "\(result.error)")
    }
  }

  @Test func interruptedScanCancelsItsJob() throws {
    try withScan(epochs: 5_000) { folder, recipe, environment in
      let scan = try RunningTool(
        ["scan", recipe, "--grid", "batch=256,512", "--slurm", "-o", "\(folder)/scan"],
        environment: environment)
      defer { scan.kill(SIGKILL) }
      try scan.wait(for: "\(folder)/scan/run-0000/checkpoints/last.npz")
      scan.kill(SIGINT)
      let result = try scan.finish()
      #expect(result.code == 1)
      #expect(result.error.contains("with 0 of 2 runs finished"), "\(result.error)")
      #expect(RunningTool.isFree("\(folder)/scan/run-0000/.lock"), "the training goes on")
    }
  }
}

/// `Tools/one-node-slurm` for the time of a test.
struct OneNodeSlurm {
  private static let script = Tool.root + "/Tools/one-node-slurm"
  private let folder: String

  static let isInstalled: Bool = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return ["munged", "slurmctld", "slurmd", "sbatch"].allSatisfy { tool in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }
  }()

  /// `nil` where the daemons do not start here; the reason is printed.
  init?(_ folder: String, settings: [String]) throws {
    self.folder = folder
    guard try Self.run(["start", folder] + settings) == 0 else {
      print("skipped: Slurm's daemons do not start in this sandbox")
      return nil
    }
  }

  var environment: [String: String] { ["SLURM_CONF": folder + "/slurm.conf"] }

  func stop() { _ = try? Self.run(["stop", folder]) }

  private static func run(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    // The daemons are ended by SIGTERM, which a thread of a queue has blocked.
    var wanted = sigset_t()
    unsafe sigemptyset(&wanted)
    unsafe sigaddset(&wanted, SIGTERM)
    unsafe pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
