/// Something a user can mend: a malformed network, an input that does not fit, an operator that is
/// not supported somewhere.
public struct NetworkError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence: what, where, and what to do.
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
