/// What is wrong with the settings or the objects of a reconstruction step, in one sentence.
public struct ReconstructionError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
