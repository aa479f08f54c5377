/// Which of two values of a monitored quantity is better, and by how much it must be.
public struct Improvement: Sendable, Codable, Hashable {
  public enum Direction: String, Sendable, Codable, Hashable {
    /// A loss.
    case smaller
    /// An accuracy, an area under a curve.
    case larger
  }

  public var direction: Direction
  /// A change of at most this much is no improvement.
  public var minimumChange: Double

  public init(_ direction: Direction = .smaller, minimumChange: Double = 0) {
    self.direction = direction
    self.minimumChange = minimumChange
  }

  /// Whether the value is better than the best so far; anything but NaN is better than none.
  public func isBetter(_ value: Double, than best: Double?) -> Bool {
    guard let best else { return !value.isNaN }
    return switch direction {
    case .smaller: value < best - minimumChange
    case .larger: value > best + minimumChange
    }
  }
}
