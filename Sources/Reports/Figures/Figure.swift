/// A drawing as data: what `figures/NAME.json` holds and gnuplot draws.
///
/// Text may hold `_{…}` and `^{…}`.
public struct Figure: Sendable, Hashable, Codable {
  /// The name of its files: letters, digits, `-`, `_` and `.`.
  public var name: String
  public var title: String
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var map: ColorMap?
  /// What the colour scale shows, where a map or markers have one.
  public var color: Axis?
  public var annotations: [Annotation]
  public var ratio: RatioPanel?
  public var legend: Legend
  /// One unit is as long on both axes.
  public var hasEqualAxes: Bool
  /// Said below it, before where its numbers come from.
  public var caption: String
  public var provenance: Provenance?
  /// What the figure shows, for who cannot see it; made from the rest where `nil`.
  public var alternative: String?

  public enum Legend: String, Sendable, Hashable, Codable {
    case above, topRight, topLeft, bottomRight, bottomLeft, none
  }

  public init(
    _ name: String, title: String, x: Axis, y: Axis, series: [Series] = [], map: ColorMap? = nil,
    color: Axis? = nil, annotations: [Annotation] = [], ratio: RatioPanel? = nil,
    legend: Legend = .above, hasEqualAxes: Bool = false, caption: String = "",
    provenance: Provenance? = nil, alternative: String? = nil
  ) {
    (self.name, self.title, self.x, self.y) = (name, title, x, y)
    (self.series, self.map, self.color, self.annotations) = (series, map, color, annotations)
    (self.ratio, self.legend, self.hasEqualAxes) = (ratio, legend, hasEqualAxes)
    (self.caption, self.provenance, self.alternative) = (caption, provenance, alternative)
  }

  /// The text for who cannot see the figure.
  public var alternativeText: String {
    if let alternative { return alternative }
    var text = "\(FigureText(title).plain): "
    if let color, map != nil { text += "\(FigureText(color.label).plain) by colour over " }
    text += "\(FigureText(y.label).plain) against \(FigureText(x.label).plain)"
    if y.isLogarithmic { text += " on a logarithmic scale" }
    let labels = series.map(\.label).filter { !$0.isEmpty }
    if !labels.isEmpty { text += "; \(labels.map { FigureText($0).plain }.joined(separator: ", "))" }
    if let ratio { text += "; below, \(FigureText(ratio.label).plain)" }
    return text + "."
  }
}

extension Figure {
  /// What a figure written by hand leaves out has its usual value.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    name = try keys.decode(String.self, forKey: .name)
    title = try keys.decodeIfPresent(String.self, forKey: .title) ?? ""
    x = try keys.decode(Axis.self, forKey: .x)
    y = try keys.decode(Axis.self, forKey: .y)
    series = try keys.decodeIfPresent([Series].self, forKey: .series) ?? []
    map = try keys.decodeIfPresent(ColorMap.self, forKey: .map)
    color = try keys.decodeIfPresent(Axis.self, forKey: .color)
    annotations = try keys.decodeIfPresent([Annotation].self, forKey: .annotations) ?? []
    ratio = try keys.decodeIfPresent(RatioPanel.self, forKey: .ratio)
    legend = try keys.decodeIfPresent(Legend.self, forKey: .legend) ?? .above
    hasEqualAxes = try keys.decodeIfPresent(Bool.self, forKey: .hasEqualAxes) ?? false
    caption = try keys.decodeIfPresent(String.self, forKey: .caption) ?? ""
    provenance = try keys.decodeIfPresent(Provenance.self, forKey: .provenance)
    alternative = try keys.decodeIfPresent(String.self, forKey: .alternative)
  }
}
