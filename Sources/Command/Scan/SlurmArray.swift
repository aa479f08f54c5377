import Foundation
import Winnow

/// Trainings as the tasks of one Slurm job array.
///
/// The partition, time and account are what the site gives a job that names none, or what sbatch's own
/// environment variables say (`SBATCH_PARTITION`, `SBATCH_TIMELIMIT`, `SBATCH_ACCOUNT`).
struct SlurmArray {
  /// The folder of the scan.
  var folder: String
  var atATime: Int
  /// Cores for each task.
  var threads: Int

  /// The tasks that an array may have at most: `MaxArraySize` of the cluster, 1001 unless its
  /// administrator says otherwise. Further trainings follow one another in a task.
  private static func largest() -> Int {
    let answer = try? SlurmTool("scontrol").run(["show", "config"])
    for line in (answer?.output ?? "").split(separator: "\n") where line.hasPrefix("MaxArraySize") {
      if let text = line.split(separator: "=").last, let size = Int(text.filter(\.isNumber)), size > 0 {
        return size
      }
    }
    return 1001
  }

  /// Submits all and waits for them, or until the process is asked to end: then the job is cancelled.
  ///
  /// - Throws: ``NetworkError`` where there is no Slurm, or it takes no job: with its own words.
  func run(_ jobs: [ScanJob], submitted: (_ number: String) -> Void) throws {
    for job in jobs { try AtomicFile.write([], to: job.log) }
    let commands = try jobs.map(command)
    let list = folder + "/commands.txt"
    try AtomicFile.write(Array((commands.joined(separator: "\n") + "\n").utf8), to: list)
    let file = folder + "/scan.sbatch"
    try AtomicFile.write(Array(script(list, count: jobs.count).utf8), to: file)
    let answer = try SlurmTool("sbatch").run(["--parsable", file])
    // After a ';' there may be a cluster's name.
    guard answer.succeeded,
      let number = answer.output.split(whereSeparator: { ";\n".contains($0) }).first.map(String.init)
    else {
      throw NetworkError(
        "sbatch took no job (\(answer.lastError)); leave --slurm out, or mend what it says")
    }
    submitted(number)
    try wait(for: number)
  }

  private func wait(for number: String) throws {
    let squeue = try SlurmTool("squeue")
    var pause = Duration.seconds(1)
    var isCancelled = false
    var cancelled = ContinuousClock.now
    repeat {
      let begin = ContinuousClock.now
      while ContinuousClock.now - begin < pause, isCancelled || !Interruption.isAsked {
        Thread.sleep(forTimeInterval: 0.05)
      }
      if Interruption.isAsked, !isCancelled {
        isCancelled = true
        cancelled = .now
        pause = .seconds(1)
        _ = try SlurmTool("scancel").run([number])
      } else {
        // Often at first, then gently: a controller serves many.
        pause = min(pause * 1.5, .seconds(15))
      }
      // What is cancelled ends soon, also where nobody answers any more.
      if isCancelled, ContinuousClock.now - cancelled > .seconds(30) { return }
    } while try isQueued(number, squeue)
  }

  /// Whether a task of a job waits or runs; a controller that does not answer may do so later.
  private func isQueued(_ number: String, _ squeue: SlurmTool) throws -> Bool {
    let answer = try squeue.run(["--noheader", "--jobs", number])
    if answer.succeeded { return !answer.output.isEmpty }
    return !answer.lastError.contains("Invalid job id")
  }

  private func command(_ job: ScanJob) throws -> String {
    let words = ([ScanJob.executable] + job.arguments).map(Self.quoted).joined(separator: " ")
    guard !words.contains("\n") else {
      throw NetworkError("a setting of \(ScanResults.folder(job.index)) has two lines; write it in one")
    }
    return "\(words) 2> \(Self.quoted(job.log))"
  }

  private func script(_ list: String, count: Int) -> String {
    let tasks = min(count, Self.largest())
    return """
      #!/bin/sh
      #SBATCH --job-name=winnow-scan
      #SBATCH --array=0-\(tasks - 1)%\(atATime)
      #SBATCH --cpus-per-task=\(threads)
      #SBATCH --output=/dev/null
      cd \(Self.quoted(FileManager.default.currentDirectoryPath)) || exit 1
      line=$((SLURM_ARRAY_TASK_ID + 1))
      failed=0
      while [ "$line" -le \(count) ]; do
        eval "$(sed -n "${line}p" \(Self.quoted(list)))" || failed=1
        line=$((line + \(tasks)))
      done
      exit "$failed"

      """
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
