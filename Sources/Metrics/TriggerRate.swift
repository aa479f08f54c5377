/// The rate of a selection at the LHC: the part of crossings that pass, times colliding bunches,
/// times 11,245.5 revolutions a second.
public struct TriggerRate: Sendable, Hashable, Codable {
  /// Revolutions of a bunch per second: c over the ring's 26,659 m.
  public static let revolutions = 11_245.5

  public let efficiency: Efficiency
  public let bunches: Int

  /// - Parameter bunches: colliding pairs of the filling scheme; up to 2,808 at the LHC's design.
  /// - Throws: ``MetricError`` for a number of bunches that the ring does not hold.
  public init(_ efficiency: Efficiency, collidingBunches bunches: Int) throws(MetricError) {
    try MetricError.require(
      (1...3564).contains(bunches),
      "\(bunches) colliding bunches do not fit the LHC's 3564 places; give 1 to 3564")
    self.efficiency = efficiency
    self.bunches = bunches
  }

  /// In kHz.
  public var kilohertz: Double { factor * efficiency.value }

  /// In kHz.
  public func interval(level: Double = 0.682_689_492_137_085_9) -> ClosedRange<Double> {
    let range = efficiency.interval(level: level)
    return factor * range.lowerBound...factor * range.upperBound
  }

  private var factor: Double { Double(bunches) * TriggerRate.revolutions / 1000 }
}
