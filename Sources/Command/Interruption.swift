import Foundation
import Synchronization
import Winnow

/// Whether the process was asked to end: Ctrl-C (SIGINT), or `kill` and batch systems (SIGTERM).
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// From now on a request is noted, and the process ends when it has put its things in order.
  static func watch() {
    // The variable is made here, before a handler touches it.
    received.store(0, ordering: .sequentiallyConsistent)
    // Whoever started the process may have blocked them, as threads of a queue do; children inherit it.
    var wanted = sigset_t()
    unsafe sigemptyset(&wanted)
    for number in [SIGINT, SIGTERM] {
      unsafe sigaddset(&wanted, number)
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { Interruption.received.store($0, ordering: .relaxed) }
    }
  }

  static var isAsked: Bool { received.load(ordering: .relaxed) != 0 }

  /// `SIGINT` or `SIGTERM`.
  static var name: String { received.load(ordering: .relaxed) == SIGINT ? "SIGINT" : "SIGTERM" }
}

extension Interruption {
  /// Ends work that writes a file as a whole: what is thrown takes the unfinished file away.
  ///
  /// - Throws: ``EventError`` once the process was asked to end.
  static func check(writing output: String) throws {
    guard isAsked else { return }
    throw EventError("interrupted (\(name)); '\(output)' was not written")
  }
}

/// A pipe that nobody writes to: its end tells a child process that its parent is gone, also one that
/// was killed and could say nothing.
struct Lifeline {
  private static let variable = "WINNOW_ENDS_WITH_INPUT"
  private let pipe = Pipe()

  init() {
    // Other children must not hold the writing end open.
    for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
      _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  func attach(_ process: Process) {
    process.standardInput = pipe.fileHandleForReading
    process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: "1"]) { $1 }
  }

  /// In a child with a lifeline: ends the process with its parent. A training may end at any moment,
  /// its folder is whole at all times.
  static func watchInChild() {
    guard ProcessInfo.processInfo.environment[variable] == "1" else { return }
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = unsafe read(0, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { _exit(1) }
      }
    }
  }
}
