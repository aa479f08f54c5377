/// A second, lower panel with the same x axis, for ratios to a reference.
public struct RatioPanel: Sendable, Hashable, Codable {
  public var label: String
  public var series: [Series]
  public var low: Double?
  public var high: Double?

  public init(_ label: String, series: [Series], from low: Double? = nil, to high: Double? = nil) {
    (self.label, self.series, self.low, self.high) = (label, series, low, high)
  }

  /// Divides series by another, position by position.
  ///
  /// Errors are each one's own, over the reference's value: those of the series as bars, those of
  /// the reference as a band about 1. Positions at which the reference is zero are left out.
  ///
  /// - Throws: ``ReportError`` where the positions differ by more than 10⁻⁶ of the axis.
  public init(
    _ label: String, of series: [Series], to reference: Series, from low: Double? = nil,
    to high: Double? = nil
  ) throws {
    var ratios: [Series] = []
    if let yLow = reference.yLow, let yHigh = reference.yHigh {
      ratios.append(Self.ratio(reference, yLow: yLow, yHigh: yHigh, reference, .band))
    }
    for one in series {
      let (here, there) = (one.positions, reference.positions)
      let span = (there.max() ?? 0) - (there.min() ?? 0)
      guard here.count == there.count,
        zip(here, there).allSatisfy({ abs($0 - $1) <= 1e-6 * span })
      else {
        throw ReportError(
          "'\(one.label)' and '\(reference.label)' have different positions; a ratio needs the same")
      }
      ratios.append(Self.ratio(one, yLow: one.yLow, yHigh: one.yHigh, reference, .points))
    }
    self.init(label, series: ratios, from: low, to: high)
  }

  private static func ratio(
    _ series: Series, yLow: [Double]?, yHigh: [Double]?, _ reference: Series, _ style: Series.Style
  ) -> Series {
    let kept = series.y.indices.filter { reference.y[$0] != 0 && reference.y[$0].isFinite }
    let x = series.positions
    func part(_ values: [Double]) -> [Double] { kept.map { values[$0] / reference.y[$0] } }
    var result = Series(
      series.label, style, x: kept.map { x[$0] }, y: part(series.y), yLow: yLow.map(part),
      yHigh: yHigh.map(part), color: series.color, isPublished: series.isPublished)
    if style == .band {
      result.isPublished = false
      result.color = .grey
    } else if series.isHistogram {
      result.xLow = kept.map { series.x[$0] }
      result.xHigh = kept.map { series.x[$0 + 1] }
    }
    return result
  }
}
