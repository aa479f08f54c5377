// What a figure written by hand may leave out.

extension Axis {
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    label = try keys.decode(String.self, forKey: .label)
    isLogarithmic = try keys.decodeIfPresent(Bool.self, forKey: .isLogarithmic) ?? false
    low = try keys.decodeIfPresent(Double.self, forKey: .low)
    high = try keys.decodeIfPresent(Double.self, forKey: .high)
    ticks = try keys.decodeIfPresent([Tick].self, forKey: .ticks)
  }
}

extension Series {
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

extension Annotation {
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    kind = try keys.decode(Kind.self, forKey: .kind)
    x = try keys.decodeIfPresent(Double.self, forKey: .x)
    y = try keys.decodeIfPresent(Double.self, forKey: .y)
    end = try keys.decodeIfPresent(Double.self, forKey: .end)
    text = try keys.decodeIfPresent(String.self, forKey: .text) ?? ""
  }
}

extension Figure {
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
