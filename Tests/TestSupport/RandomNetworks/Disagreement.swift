/// Where two executions of a network first gave different integers.
public struct Disagreement: Error, Sendable, CustomStringConvertible {
  public var execution: String
  /// The output or node value, and the element in it.
  public var value: String
  public var element: Int
  public var event: Int
  /// The event's mantissas, port after port.
  public var inputs: [Int64]
  public var expected: String
  public var found: String

  public var description: String {
    "\(execution): '\(value)'[\(element)] of event \(event) is \(found), the interpreter says \(expected); inputs \(inputs)"
  }
}
