/// Residuals told by fixed windows, as papers/4 does in its table 2: the root mean square, the part
/// within the core, the part beyond the edge of the tails; of weighted events where they have weights.
public struct CoreAndTail: Sendable, Codable, Hashable {
  /// Residuals of at most this size are in the core.
  public let core: Double
  /// Residuals of more than this size are in the tails.
  public let tail: Double
  public private(set) var count = 0
  private var weights = 0.0
  private var weightSquares = 0.0
  private var inCore = 0.0
  private var inTail = 0.0
  private var squares = 0.0
  private var fourths = 0.0

  /// - Precondition: `0 < core ≤ tail`.
  public init(core: Double, tail: Double) {
    precondition(core > 0 && core <= tail, "a core of \(core) with tails from \(tail) is none")
    (self.core, self.tail) = (core, tail)
  }

  /// Throws where the residual or its weight is not finite.
  public mutating func add(_ residual: Double, weight: Double = 1) throws(MetricError) {
    try MetricError.require(
      residual.isFinite && weight.isFinite,
      "the residual \(residual) of weight \(weight) is not finite; leave such out and count them")
    let size = abs(residual)
    count += 1
    weights += weight
    weightSquares += weight * weight
    if size <= core { inCore += weight }
    if size > tail { inTail += weight }
    squares += weight * residual * residual
    fourths += weight * squareSquared(residual)
  }

  /// `(Σw)²/Σw²`: as many residuals of equal weight would have these errors.
  public var effectiveCount: Double { weights * weights / weightSquares }

  private func squareSquared(_ x: Double) -> Double { x * x * x * x }

  /// √⟨r²⟩, about zero; NaN without residuals.
  public var rootMeanSquare: Double { (squares / weights).squareRoot() }
  /// The standard error of ``rootMeanSquare``, `√((⟨r⁴⟩ − ⟨r²⟩²)/n)/(2 RMS)`.
  public var rootMeanSquareError: Double {
    let second = squares / weights
    let variance = max(fourths / weights - second * second, 0)
    return (variance / effectiveCount).squareRoot() / (2 * second.squareRoot())
  }
  /// The part in the core, 0 to 1.
  public var coreFraction: Double { inCore / weights }
  /// The part in the tails, 0 to 1.
  public var tailFraction: Double { inTail / weights }
  /// The binomial standard error of a fraction of these residuals.
  public func error(ofFraction fraction: Double) -> Double {
    (fraction * (1 - fraction) / effectiveCount).squareRoot()
  }
}
