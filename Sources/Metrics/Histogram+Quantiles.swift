extension Histogram {
  /// The value below which a part of the weight lies, on a straight line within a bin; what lies beyond
  /// the bins counts at their ends. NaN where the histogram is empty.
  ///
  /// Good to a bin's width; ``Resolution`` takes the values themselves.
  ///
  /// - Parameter level: 0 to 1.
  public func quantile(_ level: Double) -> Double {
    let wanted = level * total
    var sum = below
    if total == 0 { return .nan }
    if sum >= wanted, below > 0 { return binning.edges[0] }
    for (bin, here) in sums.enumerated() where here > 0 {
      if sum + here >= wanted { return binning.edges[bin] + (wanted - sum) / here * binning.width(bin) }
      sum += here
    }
    return binning.edges[binning.count]
  }

  public var median: Double { quantile(0.5) }

  /// Half the width of the central 68.27 %: σ of a Gaussian, whatever the tails.
  public var coreWidth: Double { (quantile(0.841_344_746) - quantile(0.158_655_254)) / 2 }

  /// Half the distance of the quartiles.
  public var halfQuartileWidth: Double { (quantile(0.75) - quantile(0.25)) / 2 }

  /// The standard deviation, which the field's histograms call RMS, with bins at their middles and
  /// without what lies beyond them; NaN where nothing lies in them.
  public var standardDeviation: Double {
    var (weight, mean, spread) = (0.0, 0.0, 0.0)
    for bin in sums.indices where sums[bin] > 0 {
      let away = binning.center(bin) - mean
      weight += sums[bin]
      mean += away * sums[bin] / weight
      spread += sums[bin] * away * (binning.center(bin) - mean)
    }
    // Rounding may leave less than nothing.
    return (max(spread, 0) / weight).squareRoot()
  }
}
