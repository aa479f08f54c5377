/// What is wrong in a recipe: one sentence with the place and, for a misspelt key, the nearest one.
public struct RecipeError: Error, Sendable, Equatable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
