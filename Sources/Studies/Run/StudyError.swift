/// What stops a study, in one sentence: what, where, what to do.
public struct StudyError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
