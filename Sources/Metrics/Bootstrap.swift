import WinnowTensors

/// The spread of a statistic over samples drawn from the events with replacement.
///
/// Sample `i` is drawn from its own stream, so the samples do not depend on who computes them.
///
/// - Reference: B. Efron, Ann. Statist. 7 (1979) 1.
public struct Bootstrap: Sendable {
  /// The statistic of each sample, rising.
  public let sorted: [Double]

  /// - Parameters:
  ///   - events: in the sample.
  ///   - statistic: of a list of events' numbers, with repetitions.
  public init(
    events: Int, samples: Int = 200, seed: UInt64, statistic: ([Int]) throws -> Double
  ) throws {
    try MetricError.require(
      events > 0 && samples > 1,
      "\(samples) samples of \(events) events have no spread; give events and two samples or more")
    let root = RandomStream(seed: seed, label: "bootstrap")
    var drawn = [Int](repeating: 0, count: events)
    sorted = try (0..<samples).map { sample in
      var stream = root.child(UInt64(sample))
      for place in drawn.indices { drawn[place] = stream.integer(in: 0...(events - 1)) }
      return try statistic(drawn)
    }.sorted()
  }

  /// The standard deviation over the samples: the statistic's standard error.
  public var error: Double { variance(sorted).squareRoot() }

  /// The central part of the samples.
  public func interval(level: Double = 0.682_689_492_137_085_9) -> ClosedRange<Double> {
    quantile(sorted: sorted, (1 - level) / 2)...quantile(sorted: sorted, (1 + level) / 2)
  }
}
