import Foundation
import Winnow

/// A part of a study with a name, after which its results are files in the folder.
public struct StudyStep {
  public var name: String
  /// What it does, for the progress line.
  public var title: String
  /// The folder below the study's that holds all it makes; gone before the step is done again.
  let leaves: String?
  let run: (_ progress: (String) -> Void) async throws -> Void

  init(
    _ name: String, _ title: String, leaves: String? = nil,
    _ run: @escaping (_ progress: (String) -> Void) async throws -> Void
  ) {
    (self.name, self.title, self.leaves, self.run) = (name, title, leaves, run)
  }
}

extension StudyFolder {
  /// Does the steps that are not done, in their order.
  ///
  /// - Parameters:
  ///   - only: the one step to do, from nothing if it was done; those before it must be done, those
  ///     behind it are done again by the next run.
  ///   - progress: called with what is being done.
  /// - Throws: ``StudyError`` for a step that does not exist or whose forerunner is missing; whatever a
  ///   step throws, after which the steps before it stay done.
  public func run(
    _ steps: [StudyStep], only: String? = nil, progress: (String) -> Void
  ) async throws {
    if let only {
      guard let place = steps.firstIndex(where: { $0.name == only }) else {
        throw StudyError(
          "there is no step '\(only)'; give one of \(steps.map(\.name).joined(separator: ", "))")
      }
      if let missing = steps[..<place].first(where: { !isDone($0.name) }) {
        throw StudyError(
          "step '\(only)' needs '\(missing.name)', which is not done; leave --only out, or do that first")
      }
      return try await runAgain(steps[place], before: steps[(place + 1)...], progress)
    }
    for step in steps where !isDone(step.name) { try await run(step, progress) }
  }

  /// Does a step from nothing if it was done, and forgets those behind it.
  ///
  /// What it left before stays until it has succeeded.
  private func runAgain(
    _ step: StudyStep, before later: ArraySlice<StudyStep>, _ progress: (String) -> Void
  ) async throws {
    let manager = FileManager.default
    let earlier = description.steps[step.name]
    let leaves = step.leaves.map { "\(path)/\($0)" }
    if earlier != nil, let leaves {
      try? manager.removeItem(atPath: leaves + ".old")
      try? manager.moveItem(atPath: leaves, toPath: leaves + ".old")
    }
    // Killed from here on, it is not done.
    try forget(step.name)
    do {
      try await run(step, progress)
    } catch {
      if let earlier { try finish(step.name, seconds: earlier) }
      if earlier != nil, let leaves {
        try? manager.removeItem(atPath: leaves)
        try? manager.moveItem(atPath: leaves + ".old", toPath: leaves)
      }
      throw error
    }
    if let leaves { try? manager.removeItem(atPath: leaves + ".old") }
    for step in later {
      if isDone(step.name), let leaves = step.leaves {
        try? manager.removeItem(atPath: "\(path)/\(leaves)")
      }
      try forget(step.name)
    }
  }

  private func run(_ step: StudyStep, _ progress: (String) -> Void) async throws {
    progress(step.title)
    let start = ContinuousClock.now
    try await step.run { progress("\(step.title): \($0)") }
    try finish(step.name, seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
