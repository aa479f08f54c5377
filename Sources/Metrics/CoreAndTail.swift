/// Residuals told by fixed windows, as papers/4 does in its table 2: the root mean square, the part
/// within the core, the part beyond the edge of the tails.
public struct CoreAndTail: Sendable, Codable, Hashable {
  /// Residuals of at most this size are in the core.
  public let core: Double
  /// Residuals of more than this size are in the tails.
  public let tail: Double
  public private(set) var count = 0
  private var inCore = 0
  private var inTail = 0
  private var squares = 0.0
  private var fourths = 0.0

  /// - Precondition: `0 < core ≤ tail`.
  public init(core: Double, tail: Double) {
    precondition(core > 0 && core <= tail, "a core of \(core) with tails from \(tail) is none")
    (self.core, self.tail) = (core, tail)
  }

  /// Throws where the residual is not finite.
  public mutating func add(_ residual: Double) throws(MetricError) {
    try MetricError.require(
      residual.isFinite, "the residual \(residual) is not finite; leave such out and count them")
    let size = abs(residual)
    count += 1
    if size <= core { inCore += 1 }
    if size > tail { inTail += 1 }
    squares += residual * residual
    fourths += squareSquared(residual)
  }

  private func squareSquared(_ x: Double) -> Double { x * x * x * x }

  /// √⟨r²⟩, about zero; NaN without residuals.
  public var rootMeanSquare: Double { (squares / Double(count)).squareRoot() }
  /// The standard error of ``rootMeanSquare``, `√((⟨r⁴⟩ − ⟨r²⟩²)/n)/(2 RMS)`.
  public var rootMeanSquareError: Double {
    let (n, second) = (Double(count), squares / Double(count))
    let variance = max(fourths / n - second * second, 0)
    return (variance / n).squareRoot() / (2 * second.squareRoot())
  }
  /// The part in the core, 0 to 1.
  public var coreFraction: Double { Double(inCore) / Double(count) }
  /// The part in the tails, 0 to 1.
  public var tailFraction: Double { Double(inTail) / Double(count) }
  /// The binomial standard error of a fraction of these residuals.
  public func error(ofFraction fraction: Double) -> Double {
    (fraction * (1 - fraction) / Double(count)).squareRoot()
  }
}
