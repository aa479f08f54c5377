extension Figure {
  /// Finds what cannot be drawn.
  ///
  /// - Throws: ``ReportError`` that names the series.
  public func check() throws {
    try Self.check(name: name, of: "figure")
    for series in series + (ratio?.series ?? []) { try series.check(in: name) }
    if let map {
      let cells = (map.xEdges.count - 1) * (map.yEdges.count - 1)
      guard map.xEdges.count > 1, map.yEdges.count > 1, map.values.count == cells else {
        throw ReportError(
          "the map of figure '\(name)' has \(map.values.count) values for \(map.xEdges.count) and \(map.yEdges.count) edges; it needs one for each cell"
        )
      }
      for edges in [map.xEdges, map.yEdges] where !zip(edges, edges.dropFirst()).allSatisfy(<) {
        throw ReportError("the edges of the map of figure '\(name)' do not rise; sort them")
      }
    }
    for (axis, which) in [(x, "x"), (y, "y")] {
      let ends = [axis.low, axis.high].compactMap { $0 }
      guard ends.allSatisfy(\.isFinite), !axis.isLogarithmic || ends.allSatisfy({ $0 > 0 }),
        ends.count < 2 || ends[0] < ends[1]
      else {
        throw ReportError(
          "the \(which) axis of figure '\(name)' goes from \(ends.map { "\($0)" }.joined(separator: " to ")); it must rise, and be above 0 where it is logarithmic"
        )
      }
    }
    for annotation in annotations {
      let needed: [Double?] =
        switch annotation.kind {
        case .text: [annotation.x, annotation.y]
        case .verticalLine: [annotation.x]
        case .horizontalLine: [annotation.y]
        case .range: [annotation.x, annotation.end]
        }
      guard needed.allSatisfy({ $0?.isFinite == true }) else {
        throw ReportError(
          "the annotation '\(annotation.text)' of figure '\(name)' lacks a position; give it numbers")
      }
    }
    guard isFilled else {
      throw ReportError("figure '\(name)' has nothing to draw; give it a map, or a series with numbers")
    }
  }

  /// Whether there is anything to draw: a map, or a series with numbers.
  public var isFilled: Bool {
    map != nil || series.contains { $0.y.contains(where: \.isFinite) || $0.style == .band }
  }

  /// Names become file names and anchors.
  static func check(name: String, of what: String) throws {
    let letters = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
    }
    guard letters, let first = name.first, first != "." else {
      throw ReportError(
        "'\(name)' cannot name a \(what)'s files; use letters, digits, '-', '_' and '.'")
    }
  }
}

extension Series {
  fileprivate func check(in figure: String) throws {
    let count = isHistogram ? x.count - 1 : x.count
    let needed = style == .band && y.isEmpty ? 0 : count
    guard count >= 0, y.count == needed else {
      throw ReportError(
        "'\(label)' of figure '\(figure)' has \(x.count) positions and \(y.count) values; give as many"
          + (isHistogram ? ", and one edge more" : ""))
    }
    for (name, values) in [
      ("yLow", yLow), ("yHigh", yHigh), ("xLow", xLow), ("xHigh", xHigh), ("sizes", sizes),
      ("values", values),
    ] {
      guard let values, values.count != count else { continue }
      throw ReportError(
        "'\(name)' of '\(label)' in figure '\(figure)' has \(values.count) numbers for \(count) points; give as many"
      )
    }
    guard (yLow == nil) == (yHigh == nil), (xLow == nil) == (xHigh == nil) else {
      throw ReportError(
        "'\(label)' of figure '\(figure)' has errors on one side; give both ends, equal to the value where there is none"
      )
    }
    if style == .band, yLow == nil {
      throw ReportError("the band '\(label)' of figure '\(figure)' needs yLow and yHigh")
    }
    if style == .circles, sizes == nil {
      throw ReportError("the circles '\(label)' of figure '\(figure)' need radii in 'sizes'")
    }
  }
}
