/// Numbers that are drawn together under one name of the legend.
public struct Series: Sendable, Hashable, Codable {
  public enum Style: String, Sendable, Hashable, Codable {
    case points, line, lineAndPoints
    /// A histogram: `x` holds one edge more than `y` has values.
    case steps, filledSteps
    /// The area between `yLow` and `yHigh`, with a line along `y`.
    case band
    /// Circles of the radius `sizes`, in units of the x axis.
    case circles
  }

  public var label: String
  public var style: Style
  /// Positions, or edges. A NaN interrupts a line, so that one series holds many polylines.
  public var x: [Double]
  public var y: [Double]
  /// Where the error bars, or the band, end: positions on the axis, not lengths.
  public var yLow: [Double]?
  public var yHigh: [Double]?
  public var xLow: [Double]?
  public var xHigh: [Double]?
  /// The sizes of markers, 1 being the usual one; the radii of circles.
  public var sizes: [Double]?
  /// Numbers shown by the colour scale instead of the series' colour.
  public var values: [Double]?
  /// The next of the palette where `nil`.
  public var color: FigureColor?
  public var isDashed: Bool
  /// Somebody else's numbers, drawn open and black beside ours.
  public var isPublished: Bool

  public init(
    _ label: String, _ style: Style, x: [Double], y: [Double], yLow: [Double]? = nil,
    yHigh: [Double]? = nil, xLow: [Double]? = nil, xHigh: [Double]? = nil, sizes: [Double]? = nil,
    values: [Double]? = nil, color: FigureColor? = nil, isDashed: Bool = false,
    isPublished: Bool = false
  ) {
    (self.label, self.style, self.x, self.y) = (label, style, x, y)
    (self.yLow, self.yHigh, self.xLow, self.xHigh) = (yLow, yHigh, xLow, xHigh)
    (self.sizes, self.values, self.color) = (sizes, values, color)
    (self.isDashed, self.isPublished) = (isDashed, isPublished)
  }

  /// Points with equal errors on both sides.
  public init(
    _ label: String, _ style: Style = .points, x: [Double], y: [Double], errors: [Double],
    color: FigureColor? = nil, isPublished: Bool = false
  ) {
    self.init(
      label, style, x: x, y: y, yLow: zip(y, errors).map { $0 - $1 },
      yHigh: zip(y, errors).map { $0 + $1 }, color: color, isPublished: isPublished)
  }

  /// Many lines under one name.
  public init(
    _ label: String, lines: [[(x: Double, y: Double)]], color: FigureColor? = nil,
    isDashed: Bool = false
  ) {
    let points = lines.flatMap { $0 + [(x: .nan, y: .nan)] }.dropLast()
    self.init(
      label, .line, x: points.map(\.x), y: points.map(\.y), color: color, isDashed: isDashed)
  }

  var isHistogram: Bool { style == .steps || style == .filledSteps }

  /// Where values stand: for a histogram the bins' centres.
  var positions: [Double] {
    isHistogram ? zip(x, x.dropFirst()).map { ($0 + $1) / 2 } : x
  }
}

extension Series {
  /// What a figure written by hand leaves out has its usual value.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    label = try keys.decodeIfPresent(String.self, forKey: .label) ?? ""
    style = try keys.decodeIfPresent(Style.self, forKey: .style) ?? .points
    x = try keys.decode([Double].self, forKey: .x)
    y = try keys.decodeIfPresent([Double].self, forKey: .y) ?? []
    yLow = try keys.decodeIfPresent([Double].self, forKey: .yLow)
    yHigh = try keys.decodeIfPresent([Double].self, forKey: .yHigh)
    xLow = try keys.decodeIfPresent([Double].self, forKey: .xLow)
    xHigh = try keys.decodeIfPresent([Double].self, forKey: .xHigh)
    sizes = try keys.decodeIfPresent([Double].self, forKey: .sizes)
    values = try keys.decodeIfPresent([Double].self, forKey: .values)
    color = try keys.decodeIfPresent(FigureColor.self, forKey: .color)
    isDashed = try keys.decodeIfPresent(Bool.self, forKey: .isDashed) ?? false
    isPublished = try keys.decodeIfPresent(Bool.self, forKey: .isPublished) ?? false
  }
}
