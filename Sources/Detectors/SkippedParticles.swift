/// Particles that a detector's model could not take, counted, with the first as an example.
///
/// A response reports these beside its output, so that nothing disappears in silence.
public struct SkippedParticles: Sendable, Hashable, CustomStringConvertible {
  public private(set) var count = 0
  /// What was wrong with the first one, where.
  public private(set) var first: String?

  public init() {}

  public mutating func add(_ reason: @autoclosure () -> String) {
    count += 1
    if first == nil { first = reason() }
  }

  /// Joins the counts of events that come later.
  public mutating func add(_ later: SkippedParticles) {
    count += later.count
    first = first ?? later.first
  }

  public var description: String {
    guard let first else { return "no particles skipped" }
    return "\(count) particle\(count == 1 ? "" : "s") skipped; the first: \(first)"
  }
}
