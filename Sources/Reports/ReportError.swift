/// Why a figure, a table or a page cannot be made, in one sentence.
public struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, where, and what to do.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
