public import WinnowMetrics

extension Series {
  /// A histogram with its statistical errors.
  public init(
    _ label: String, _ histogram: Histogram, isDensity: Bool = false, isFilled: Bool = false,
    color: FigureColor? = nil, isPublished: Bool = false
  ) {
    let binning = histogram.binning
    let scales = (0..<binning.count).map {
      isDensity ? 1 / (histogram.total * binning.width($0)) : 1
    }
    let sums = zip(histogram.sums, scales).map(*)
    let errors = scales.indices.map { histogram.error($0) * scales[$0] }
    self.init(
      label, isFilled ? .filledSteps : .steps, x: binning.edges, y: sums,
      yLow: zip(sums, errors).map(-), yHigh: zip(sums, errors).map(+), color: color,
      isPublished: isPublished)
  }

  /// The mean in each bin, with its standard error; empty bins are left out.
  public init(_ label: String, _ profile: Profile, color: FigureColor? = nil) {
    let bins = (0..<profile.binning.count).filter { !profile.mean($0).isNaN }
    let edges = profile.binning.edges
    self.init(
      label, .points, x: bins.map(profile.binning.center), y: bins.map(profile.mean),
      yLow: bins.map { profile.mean($0) - profile.error($0) },
      yHigh: bins.map { profile.mean($0) + profile.error($0) },
      xLow: bins.map { edges[$0] }, xHigh: bins.map { edges[$0 + 1] }, color: color)
  }

  /// Efficiencies with intervals after Clopper and Pearson; bins without events are left out.
  public init(_ label: String, _ turnOn: TurnOn, color: FigureColor? = nil) {
    let bins = (0..<turnOn.binning.count).filter { turnOn.efficiency($0).total > 0 }
    let intervals = bins.map { turnOn.efficiency($0).interval() }
    let edges = turnOn.binning.edges
    self.init(
      label, .points, x: bins.map(turnOn.binning.center),
      y: bins.map { turnOn.efficiency($0).value },
      yLow: intervals.map(\.lowerBound), yHigh: intervals.map(\.upperBound),
      xLow: bins.map { edges[$0] }, xHigh: bins.map { edges[$0 + 1] }, color: color)
  }

  /// True against false positive rates, thinned to `most` points or fewer.
  ///
  /// A logarithmic axis leaves the points at a false positive rate of zero out.
  public init(_ label: String, _ curve: ROCCurve, most: Int = 2000, color: FigureColor? = nil) {
    let count = curve.falsePositiveRates.count
    let step = max(1, (count + most - 2) / max(most - 1, 1))
    var kept = Array(stride(from: 0, to: count, by: step))
    if kept.last != count - 1 { kept.append(count - 1) }
    self.init(
      label, .line, x: kept.map { curve.falsePositiveRates[$0] },
      y: kept.map { curve.truePositiveRates[$0] }, color: color)
  }
}

extension ColorMap {
  public init(_ histogram: Histogram2D) {
    self.init(xEdges: histogram.x.edges, yEdges: histogram.y.edges, values: histogram.sums)
  }
}
