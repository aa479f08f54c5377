/// The efficiency of a selection in bins of a quantity: a trigger's turn-on.
public struct TurnOn: Sendable, Hashable, Codable {
  public let binning: Binning
  private var selected, total: [Int]

  public init(_ binning: Binning) {
    self.binning = binning
    selected = [Int](repeating: 0, count: binning.count)
    total = selected
  }

  /// Counts an event; one outside of all bins is left out.
  public mutating func fill(_ value: Double, passes: Bool) {
    let bin = binning.bin(value)
    guard value == value, bin >= 0, bin < binning.count else { return }
    total[bin] += 1
    if passes { selected[bin] += 1 }
  }

  public func efficiency(_ bin: Int) -> Efficiency {
    // Counted here, so that it cannot fail.
    try! Efficiency(selected: selected[bin], of: total[bin])
  }

  /// The value from which the efficiency reaches a part of its plateau (the mean of the last
  /// `plateauBins` bins), on a straight line between bin centres; `nil` if it does not.
  public func crossing(of part: Double, plateauBins: Int = 3) -> Double? {
    let last = (binning.count - min(plateauBins, binning.count))..<binning.count
    let events = last.reduce(0) { $0 + total[$1] }
    guard events > 0 else { return nil }
    let wanted = part * Double(last.reduce(0) { $0 + selected[$1] }) / Double(events)
    var before: (center: Double, value: Double)?
    for bin in 0..<binning.count where total[bin] > 0 {
      let here = (center: binning.center(bin), value: efficiency(bin).value)
      if here.value >= wanted {
        guard let before else { return here.center }
        return before.center
          + (here.center - before.center) * (wanted - before.value) / (here.value - before.value)
      }
      before = here
    }
    return nil
  }
}
