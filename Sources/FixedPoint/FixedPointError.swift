/// A number format or an exact intermediate result that Winnow cannot hold.
public struct FixedPointError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence: what is wrong and what is allowed.
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
