public import WinnowEvents

extension JetFinder {
  /// The jets of some events, in their order, the same for any number of tasks.
  ///
  /// - Parameters:
  ///   - first: the number of the first event, which names events and chooses their ghosts: a
  ///     stream read block by block gives what one block would.
  ///   - tasks: how many events are worked on at once.
  public func jets(of events: [[FourMomentum]], first: Int = 0, tasks: Int = 1) async throws
    -> [Jets]
  {
    try await jets(events.count, first: first, tasks: tasks) { events[$0] }
  }

  /// The jets of the particles of each event that `isInput` accepts, as places in its columns;
  /// constituents count the accepted ones. Without `isInput`, all but the invisible.
  public func jets(
    of events: ParticleEvents, first: Int = 0, tasks: Int = 1,
    where isInput: (@Sendable (ParticleEvents, Int) -> Bool)? = nil
  ) async throws -> [Jets] {
    try await jets(events.count, first: first, tasks: tasks) { event in
      events[event].compactMap { particle in
        let isAccepted =
          isInput?(events, particle) ?? !events.origin[particle].contains(.invisible)
        return isAccepted ? events.momentum(particle) : nil
      }
    }
  }

  private func jets(
    _ count: Int, first: Int, tasks: Int,
    _ particles: @escaping @Sendable (Int) -> [FourMomentum]
  ) async throws -> [Jets] {
    let tasks = max(1, min(tasks, count))
    return try await withThrowingTaskGroup(of: (Int, [Jets]).self) { group in
      for task in 0..<tasks {
        let range = count * task / tasks..<count * (task + 1) / tasks
        group.addTask {
          (task, try range.map { try jets(of: particles($0), event: first + $0) })
        }
      }
      var parts = [[Jets]](repeating: [], count: tasks)
      for try await (task, jets) in group { parts[task] = jets }
      return parts.flatMap { $0 }
    }
  }
}
