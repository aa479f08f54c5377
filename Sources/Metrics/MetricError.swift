/// What a metric cannot be formed from, in one sentence.
public struct MetricError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }

  /// Throws unless the condition holds.
  static func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(MetricError) {
    if !condition { throw MetricError(message()) }
  }
}
