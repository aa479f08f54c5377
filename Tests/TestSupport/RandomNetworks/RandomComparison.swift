public import Testing
import Winnow

/// Sends random networks through an execution, many in one build, and shrinks those that fail.
public struct RandomComparison<Case: RandomCase>: Sendable {
  /// Compares some networks in one build, in a folder of its own: for each the integers compared, or why it fails.
  public typealias Execution = @Sendable ([Case], String) async throws -> [Result<Int, any Error>]

  let name: String
  let variable: String
  let batch: Int
  let attempts: Int
  let execution: Execution

  /// - Parameters:
  ///   - name: of the execution, as the log names it.
  ///   - variable: of the environment; how many networks to draw, such as `WINNOW_RANDOM_FOLDED`.
  ///   - batch: networks in one build; what memory and disk hold at once.
  ///   - attempts: how many smaller networks are tried for one that fails.
  public init(
    _ name: String, variable: String, batch: Int = 60, attempts: Int = 300, execution: @escaping Execution
  ) {
    self.name = name
    self.variable = variable
    self.batch = batch
    self.attempts = attempts
    self.execution = execution
  }

  /// A network that fails, as drawn and as small as it could be made.
  public struct Failure: Sendable, CustomStringConvertible {
    public let drawn: Case
    public let error: any Error
    public let shrunk: Case
    public let shrunkError: any Error

    public var description: String {
      """
      seed \(drawn.seed) (\(drawn.settings)): \(error)
      shrunk to \(shrunk.events) events (\(shrunk.settings)): \(shrunkError)
      \(shrunk.network.readableText)
      """
    }
  }

  public struct Outcome: Sendable {
    public var networks = 0
    public var integers = 0
    public var failures: [Failure] = []
  }

  /// Compares as many networks as the environment says, from the seed `WINNOW_RANDOM_SEED` on, and records an
  /// issue for each that fails.
  ///
  /// - Parameters:
  ///   - count: of networks where the environment says nothing.
  ///   - share: one of so many goes through this execution.
  public func expectAgreement(
    count: Int, share: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation,
    _ draw: @Sendable (UInt64) throws -> Case
  ) async throws {
    let first = UInt64(clamping: environmentNumber("WINNOW_RANDOM_SEED") ?? 1)
    let wanted = UInt64(clamping: environmentNumber(variable) ?? count)
    let seeds = first..<first + max(1, wanted / share)
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try await run(seeds, draw)
    for failure in outcome.failures {
      Issue.record(
        "\(name), again by WINNOW_RANDOM_SEED=\(failure.drawn.seed) \(variable)=1: \(failure)",
        sourceLocation: sourceLocation)
    }
    #expect(outcome.networks == seeds.count, sourceLocation: sourceLocation)
    print(
      "\(outcome.networks) random networks, \(name), seeds \(seeds): \(outcome.integers) integers compared in \(clock.now - start)"
    )
  }

  /// Compares the networks of all seeds, a batch at a time.
  public func run(
    _ seeds: Range<UInt64>, _ draw: @Sendable (UInt64) throws -> Case
  ) async throws -> Outcome {
    var total = Outcome()
    for first in stride(from: seeds.lowerBound, to: seeds.upperBound, by: batch) {
      let cases = try (first..<min(first + UInt64(batch), seeds.upperBound)).map(draw)
      for (drawn, result) in zip(cases, await results(cases)) {
        total.networks += 1
        switch result {
        case .success(let integers): total.integers += integers
        case .failure(let error): total.failures.append(await shrink(drawn, error))
        }
      }
    }
    return total
  }

  /// Where a build as a whole fails, its halves tell which network is to blame.
  private func results(_ cases: [Case]) async -> [Result<Int, any Error>] {
    do {
      return try await withTemporaryFolder { try await execution(cases, $0) }
    } catch {
      guard cases.count > 1 else { return [.failure(error)] }
      let half = cases.count / 2
      return await results(Array(cases[..<half])) + results(Array(cases[half...]))
    }
  }

  private func failure(_ one: Case) async -> (any Error)? {
    if case .failure(let error) = await results([one])[0] { error } else { nil }
  }

  /// The smallest network, in the plainest setting, with the fewest events that fails in the same way.
  private func shrink(_ drawn: Case, _ error: any Error) async -> Failure {
    let kind = Self.kind(error)
    func fails(_ other: Case) async -> Bool { await failure(other).map(Self.kind) == kind }
    var best = drawn
    var isPlainer = true
    while isPlainer {
      isPlainer = false
      for other in best.plainer where await fails(other) {
        (best, isPlainer) = (other, true)
        break
      }
    }
    best.network = await best.network.shrunk(attempts: attempts) { network in
      var other = best
      other.network = network
      return await fails(other)
    }
    while best.events > 1 {
      var fewer = best
      fewer.events = best.events / 2
      guard await fails(fewer) else { break }
      best = fewer
    }
    return Failure(
      drawn: drawn, error: error, shrunk: best, shrunkError: await failure(best) ?? error)
  }

  /// What went wrong, without names and numbers: shrinking must not trade one fault for another.
  private static func kind(_ error: any Error) -> String {
    if let disagreement = error as? Disagreement { return disagreement.execution }
    let text = "\(error)"
    if error is TestbenchError {
      return text.split(separator: " ").first { $0.allSatisfy(\.isUppercase) }.map(String.init) ?? ""
    }
    // Names stand between quotation marks.
    let words = text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 0 }.map(\.element).joined()
    return "\(type(of: error)) " + words.filter { !$0.isNumber }.prefix(40)
  }
}
