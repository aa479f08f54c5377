/// What is wrong with a jet definition or the particles given to it, in one sentence.
public struct JetError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
