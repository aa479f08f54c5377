/// Something a user can mend in a recipe, its data or its network.
public struct TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence: what, where, and what to do.
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
