import Foundation
import Synchronization

/// Threads that work in step: each runs the same closure, and they meet at barriers.
///
/// A member spins for a while where it waits, because a step of a small network is shorter than a
/// thread's waking up, and then sleeps. A team of one has no threads.
///
/// One owner calls ``run(_:)``; it takes part as member 0. The threads end with the team.
public final class ThreadTeam: Sendable {
  private let core: TeamCore
  public var count: Int { core.count }

  /// - Parameter count: members, the caller included; at least 1.
  public init(_ count: Int) { core = TeamCore(count) }

  deinit { core.stop() }

  /// Runs the closure once per member and returns when all have.
  public func run(_ body: @escaping (Int) -> Void) { core.run(body) }

  /// Waits until every member is here.
  public func meet() { core.meet() }
}

/// What the threads hold; the team that the owner holds ends them.
private final class TeamCore: @unchecked Sendable {
  let count: Int
  private let generation = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let arrived = Atomic<Int>(0)
  private let barrier = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let sleepers = NSCondition()
  /// Set by the owner before a generation starts, read by members after they see it.
  private var work: (Int) -> Void = { _ in }

  init(_ count: Int) {
    precondition(count >= 1, "a team has at least one member")
    self.count = count
    for member in 1..<count {
      let thread = Thread { self.loop(member) }
      thread.name = "winnow-training-\(member)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Ends the threads.
  func stop() {
    guard count > 1, !stopping.load(ordering: .relaxed) else { return }
    stopping.store(true, ordering: .releasing)
    wake()
  }

  func run(_ body: @escaping (Int) -> Void) {
    if count == 1 { return body(0) }
    work = body
    finished.store(0, ordering: .relaxed)
    wake()
    body(0)
    wait { finished.load(ordering: .acquiring) == count - 1 }
    work = { _ in }
  }

  func meet() {
    if count == 1 { return }
    let round = barrier.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      barrier.add(1, ordering: .releasing)
    } else {
      wait { barrier.load(ordering: .acquiring) != round }
    }
  }

  private func wake() {
    sleepers.lock()
    generation.add(1, ordering: .releasing)
    sleepers.broadcast()
    sleepers.unlock()
  }

  /// Spins, then yields: the other core may be taken by another program.
  private func wait(_ condition: () -> Bool) {
    var spins = 0
    while !condition() {
      spins += 1
      if spins > 20_000 { sched_yield() }
    }
  }

  private func loop(_ member: Int) {
    var seen = 0
    while true {
      var spins = 0
      while generation.load(ordering: .acquiring) == seen {
        spins += 1
        if spins < 50_000 { continue }
        sleepers.lock()
        while generation.load(ordering: .acquiring) == seen { sleepers.wait() }
        sleepers.unlock()
      }
      seen += 1
      if stopping.load(ordering: .acquiring) {
        finished.add(1, ordering: .releasing)
        return
      }
      work(member)
      finished.add(1, ordering: .releasing)
    }
  }
}
