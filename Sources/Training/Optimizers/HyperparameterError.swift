/// A setting of an optimiser, schedule, loss or metric that has no meaning.
public struct HyperparameterError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what to do, in one sentence.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }

  /// Throws unless the condition holds.
  static func require(_ condition: Bool, _ message: @autoclosure () -> String)
    throws(HyperparameterError)
  {
    if !condition { throw HyperparameterError(message()) }
  }
}
