/// The response X/X_true of matched objects and its resolution, in bins of X_true (or of anything).
public struct JetResponse: Sendable, Hashable {
  /// Ascending; bin `n` holds `edges[n] ≤ x < edges[n + 1]`.
  public let edges: [Double]
  private var responses: [[Double]]
  /// Pairs outside the edges.
  public private(set) var outside = 0

  /// One bin's figures; NaN where it is empty.
  public struct Bin: Sendable, Hashable {
    public var lower, upper: Double
    public var count: Int
    public var mean: Double
    public var median: Double
    /// (q75 − q25)/2 of (X − X_true)/X_true.
    public var quartileResolution: Double
    /// (q84.13 − q15.87)/2: the standard deviation of a Gaussian.
    public var centralResolution: Double
  }

  /// - Throws: ``ReconstructionError`` for edges that don't rise.
  public init(edges: [Double]) throws {
    guard edges.count >= 2, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw ReconstructionError("response bins need at least two rising edges, not \(edges)")
    }
    self.edges = edges
    responses = [[Double]](repeating: [], count: edges.count - 1)
  }

  /// Adds a pair.
  ///
  /// - Parameter x: what it is binned in; `nil`: `truth`.
  /// - Throws: ``ReconstructionError`` for a true value that is not above 0 or a number that is none.
  public mutating func add(_ value: Double, truth: Double, in x: Double? = nil) throws {
    let x = x ?? truth
    guard truth > 0, (value + truth + x).isFinite else {
      throw ReconstructionError(
        "a response of \(value) to \(truth) in the bin of \(x) is no number; leave such pairs out")
    }
    guard x >= edges[0], x < edges.last! else {
      outside += 1
      return
    }
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if x >= edges[middle] { low = middle } else { high = middle }
    }
    responses[low].append(value / truth)
  }

  /// Adds the pairs of another with the same edges.
  ///
  /// - Precondition: the edges are equal.
  public mutating func add(_ other: JetResponse) {
    precondition(edges == other.edges, "responses with other edges cannot be added")
    for bin in responses.indices { responses[bin] += other.responses[bin] }
    outside += other.outside
  }

  public var bins: [Bin] {
    responses.indices.map { bin in
      let values = responses[bin]
      let quantile = Quantiles(values)
      return Bin(
        lower: edges[bin], upper: edges[bin + 1], count: values.count,
        mean: values.reduce(0, +) / Double(values.count), median: quantile(0.5),
        quartileResolution: quantile.quartileSpread, centralResolution: quantile.centralSpread)
    }
  }
}
