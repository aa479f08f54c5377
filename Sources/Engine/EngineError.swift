/// Something a caller can mend: inputs that do not fit the engine, or a program too large for it.
public struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence: what, where, and what to do.
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
