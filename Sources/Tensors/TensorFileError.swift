/// An array or file that Winnow cannot read or write.
///
/// The message says what is wrong, where, and what to do about it.
public struct TensorFileError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
