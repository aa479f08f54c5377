/// What is wrong with events or their file: one sentence that says what, where and what to do.
public struct EventError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
