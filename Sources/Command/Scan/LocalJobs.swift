import Foundation
import Winnow

/// Trainings as child processes, some at a time, which end when this process ends, however it ends.
struct LocalJobs {
  var atATime: Int
  private let lifeline = Lifeline()
  private var running: [(job: ScanJob, process: Process)] = []

  init(atATime: Int) { self.atATime = atATime }

  /// Runs all, or until the process is asked to end.
  ///
  /// - Returns: by index the sentences of those that failed.
  mutating func run(_ jobs: [ScanJob], starting: (ScanJob) -> Void) throws -> [Int: String] {
    var waiting = jobs[...]
    var failures: [Int: String] = [:]
    defer { end() }
    while !Interruption.isAsked, !waiting.isEmpty || !running.isEmpty {
      while running.count < atATime, let job = waiting.popFirst() {
        starting(job)
        running.append((job, try start(job)))
      }
      for (place, run) in running.enumerated().reversed() where !run.process.isRunning {
        running.remove(at: place)
        if run.process.terminationStatus != 0 {
          failures[run.job.index] = run.job.lastLine ?? "failed without a word"
        }
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return failures
  }

  private func start(_ job: ScanJob) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ScanJob.executable)
    process.arguments = job.arguments
    try AtomicFile.write([], to: job.log)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: job.log))
    lifeline.attach(process)
    try process.run()
    return process
  }

  /// Passes the request to end on, and waits.
  private mutating func end() {
    for run in running { kill(run.process.processIdentifier, SIGTERM) }
    let begin = ContinuousClock.now
    while running.contains(where: { $0.process.isRunning }) {
      Thread.sleep(forTimeInterval: 0.02)
      if ContinuousClock.now - begin > .seconds(5) {
        for run in running where run.process.isRunning {
          kill(run.process.processIdentifier, SIGKILL)
        }
      }
    }
    running = []
  }
}
