/// The edges of bins, rising; a value at an edge belongs to the bin above.
public struct Binning: Sendable, Hashable, Codable {
  public let edges: [Double]
  private let uniformStep: Double?

  /// Equal bins.
  public init(_ count: Int, from low: Double, to high: Double) throws(MetricError) {
    try MetricError.require(
      count > 0 && low < high && low.isFinite && high.isFinite,
      "\(count) bins from \(low) to \(high) have no meaning; give one or more over a rising range")
    let step = (high - low) / Double(count)
    edges = (0...count).map { $0 == count ? high : low + Double($0) * step }
    uniformStep = step
  }

  /// Any bins.
  public init(edges: [Double]) throws(MetricError) {
    try MetricError.require(
      edges.count > 1 && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "edges \(edges) do not rise; give two or more in rising order")
    self.edges = edges
    uniformStep = nil
  }

  public var count: Int { edges.count - 1 }
  public func center(_ bin: Int) -> Double { (edges[bin] + edges[bin + 1]) / 2 }
  public func width(_ bin: Int) -> Double { edges[bin + 1] - edges[bin] }

  /// The bin of a value: −1 below the first, `count` above the last.
  ///
  /// The upper edge of the last bin belongs to it, as in NumPy.
  public func bin(_ value: Double) -> Int {
    if value < edges[0] { return -1 }
    if value >= edges[count] { return value == edges[count] ? count - 1 : count }
    var bin: Int
    if let step = uniformStep {
      bin = min(max(Int((value - edges[0]) / step), 0), count - 1)
      // The quotient's rounding may miss an edge by one.
      while bin > 0, value < edges[bin] { bin -= 1 }
      while bin + 1 < count, value >= edges[bin + 1] { bin += 1 }
      return bin
    }
    var (low, high) = (0, count)
    while high - low > 1 {
      bin = (low + high) / 2
      if value < edges[bin] { high = bin } else { low = bin }
    }
    return low
  }
}

/// Weighted counts in bins, with the sums of squared weights for errors.
public struct Histogram: Sendable, Hashable, Codable {
  public let binning: Binning
  public private(set) var sums: [Double]
  public private(set) var squares: [Double]
  /// Weights below the first and above the last bin.
  public private(set) var below = 0.0
  public private(set) var above = 0.0
  public private(set) var entries = 0
  /// Values that are NaN, which no bin holds.
  public private(set) var notNumbers = 0

  public init(_ binning: Binning) {
    self.binning = binning
    sums = [Double](repeating: 0, count: binning.count)
    squares = sums
  }

  public mutating func fill(_ value: Double, weight: Double = 1) {
    entries += 1
    if value.isNaN {
      notNumbers += 1
      return
    }
    let bin = binning.bin(value)
    if bin < 0 {
      below += weight
    } else if bin == binning.count {
      above += weight
    } else {
      sums[bin] += weight
      squares[bin] += weight * weight
    }
  }

  /// Adds one of the same bins.
  public mutating func add(_ other: Histogram) {
    precondition(other.binning == binning, "histograms of different bins cannot be added")
    for bin in sums.indices {
      sums[bin] += other.sums[bin]
      squares[bin] += other.squares[bin]
    }
    below += other.below
    above += other.above
    entries += other.entries
    notNumbers += other.notNumbers
  }

  /// The statistical error of a bin: the root of the sum of squared weights.
  public func error(_ bin: Int) -> Double { squares[bin].squareRoot() }
  /// Everything, outside of the bins included.
  public var total: Double { sums.reduce(below + above, +) }
}

/// Weighted counts in a plane, row-major: `sums[x * binsY + y]`.
public struct Histogram2D: Sendable, Hashable, Codable {
  public let x, y: Binning
  public private(set) var sums: [Double]
  /// Weights outside of the plane.
  public private(set) var outside = 0.0

  public init(_ x: Binning, _ y: Binning) {
    (self.x, self.y) = (x, y)
    sums = [Double](repeating: 0, count: x.count * y.count)
  }

  public mutating func fill(_ valueX: Double, _ valueY: Double, weight: Double = 1) {
    let (a, b) = (x.bin(valueX), y.bin(valueY))
    guard valueX == valueX, valueY == valueY, a >= 0, a < x.count, b >= 0, b < y.count else {
      outside += weight
      return
    }
    sums[a * y.count + b] += weight
  }

  public subscript(x binX: Int, y binY: Int) -> Double { sums[binX * y.count + binY] }
}

/// The weighted mean and spread of a quantity in bins of another.
public struct Profile: Sendable, Hashable, Codable {
  public let binning: Binning
  private var weights, weightSquares, means, spreads: [Double]

  public init(_ binning: Binning) {
    self.binning = binning
    weights = [Double](repeating: 0, count: binning.count)
    (weightSquares, means, spreads) = (weights, weights, weights)
  }

  /// Adds `value` in the bin of `x`; what lies outside of all bins is left out.
  public mutating func fill(_ x: Double, _ value: Double, weight: Double = 1) {
    let bin = binning.bin(x)
    guard x == x, bin >= 0, bin < binning.count, weight != 0 else { return }
    weights[bin] += weight
    weightSquares[bin] += weight * weight
    let away = value - means[bin]
    means[bin] += away * weight / weights[bin]
    spreads[bin] += weight * away * (value - means[bin])
  }

  /// NaN in an empty bin.
  public func mean(_ bin: Int) -> Double { weights[bin] == 0 ? .nan : means[bin] }
  /// The standard deviation of the values (divided by the total weight).
  public func standardDeviation(_ bin: Int) -> Double {
    (spreads[bin] / weights[bin]).squareRoot()
  }
  /// The standard error of the mean, with the effective number of events `(Σw)²/Σw²`.
  public func error(_ bin: Int) -> Double {
    standardDeviation(bin) * weightSquares[bin].squareRoot() / weights[bin]
  }
}
