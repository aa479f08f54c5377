/// The azimuth differences (1/4096 rad) at which the track finder joins a segment of the second
/// station to one of the first, for the first's bending angle (1/512 rad).
///
/// CMSSW's `ext12.lut` at every twentieth angle, straight lines between; for a negative angle the
/// mirrored window, as there within two units.
enum SegmentWindow {
  private static let step = 20
  private static let low = [
    -30, -19, -11, -16, -24, -33, -43, -55, -72, -93, -119, -150, -186, -227, -272, -321, -333,
  ]
  private static let high = [
    44, 52, 69, 94, 119, 145, 172, 200, 229, 260, 292, 325, 360, 396, 434, 471, 481,
  ]
  /// Beyond this angle the window stays as it is.
  private static let last = 305

  /// The window's ends for bending angles from 0 to ``last``.
  private static let ends: [(low: Int, high: Int)] = (0...last).map { bend in
    let node = min(bend / step, low.count - 2)
    let width = node == low.count - 2 ? last - node * step : step
    func between(_ values: [Int]) -> Int {
      let part = Double(bend - node * step) / Double(width)
      return Int(
        (Double(values[node]) + part * Double(values[node + 1] - values[node])).rounded())
    }
    return (between(low), between(high))
  }

  /// Whether the track finder joins the two.
  @inline(__always)
  static func joins(bend: Int, difference: Int) -> Bool {
    let window = ends[min(abs(bend), last)]
    let towards = bend < 0 ? -difference : difference
    return towards >= window.low && towards <= window.high
  }
}
