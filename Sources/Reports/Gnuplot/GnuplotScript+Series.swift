extension GnuplotScript {
  /// The numbers, in blocks that the commands name.
  var data: String {
    var blocks: [String] = []
    if let map = figure.map { blocks.append(block("map", rows(map))) }
    for (index, series) in figure.series.enumerated() {
      blocks += self.blocks(series, "s\(index)", isLogarithmic: figure.y.isLogarithmic)
    }
    for (index, series) in (figure.ratio?.series ?? []).enumerated() {
      blocks += self.blocks(series, "r\(index)", isLogarithmic: false)
    }
    return blocks.joined(separator: "\n")
  }

  private func block(_ name: String, _ rows: [String]) -> String {
    "$\(name) << END\n\(rows.joined(separator: "\n"))\nEND"
  }

  private func rows(_ map: ColorMap) -> [String] {
    let (columns, lines) = (map.xEdges.count - 1, map.yEdges.count - 1)
    var rows: [String] = []
    rows.reserveCapacity(columns * lines)
    for y in 0..<lines {
      for x in 0..<columns {
        let value = map.values[x * lines + y]
        let isDrawn = value.isFinite && value != 0 && !(figure.color?.isLogarithmic == true && value < 0)
        if !isDrawn, !map.isUniform { continue }
        let (x0, x1, y0, y1) = (map.xEdges[x], map.xEdges[x + 1], map.yEdges[y], map.yEdges[y + 1])
        rows.append(
          "\((x0 + x1) / 2) \((y0 + y1) / 2) \(x0) \(x1) \(y0) \(y1) \(isDrawn ? "\(value)" : "NaN")")
      }
    }
    return rows
  }

  private func blocks(_ series: Series, _ name: String, isLogarithmic: Bool) -> [String] {
    if series.isHistogram {
      var blocks = [block(name, staircase(series, isLogarithmic: isLogarithmic))]
      if let low = series.yLow, let high = series.yHigh {
        blocks.append(
          block(
            name + "e",
            zip(series.positions, series.y).enumerated().compactMap { index, point in
              let end = isLogarithmic ? max(low[index], logarithmicFloor) : low[index]
              return point.1 == 0 ? nil : row([point.0, end, high[index] - end])
            }))
      }
      return blocks
    }
    // A bar that reaches zero ends where a logarithmic axis does.
    let leftEnd = figure.x.isLogarithmic ? figure.x.low ?? positiveStart : nil
    func clipped(_ end: Double, at floor: Double?) -> Double {
      if let floor, end <= 0 { floor } else { end }
    }
    let centre = series.y.isEmpty ? series.yLow ?? [] : series.y
    let rows = series.x.indices.map { index -> String in
      let (x, y) = (series.x[index], centre[index])
      var numbers: [Double] = [x, y]
      numbers.append(clipped(series.xLow?[index] ?? x, at: leftEnd))
      numbers.append(series.xHigh?[index] ?? x)
      numbers.append(clipped(series.yLow?[index] ?? y, at: isLogarithmic ? logarithmicFloor : nil))
      numbers.append(series.yHigh?[index] ?? y)
      numbers.append(series.sizes?[index] ?? 1)
      numbers.append(series.values?[index] ?? 0)
      return row(numbers)
    }
    return [block(name, rows)]
  }

  /// An empty line, which interrupts a line, for what is no number.
  private func row(_ numbers: [Double]) -> String {
    numbers.allSatisfy(\.isFinite) ? numbers.map { "\($0)" }.joined(separator: " ") : ""
  }

  /// The outline of a histogram, from the axis up and back to it.
  private func staircase(_ series: Series, isLogarithmic: Bool) -> [String] {
    // Zero has no place on a logarithmic axis.
    let floor = isLogarithmic ? logarithmicFloor : 0
    func height(_ value: Double) -> Double {
      value.isFinite && (!isLogarithmic || value > floor) ? value : floor
    }
    var rows = [row([series.x[0], floor])]
    for (bin, value) in series.y.enumerated() {
      rows.append(row([series.x[bin], height(value)]))
      rows.append(row([series.x[bin + 1], height(value)]))
    }
    return rows + [row([series.x[series.y.count], floor])]
  }

  /// The `plot` command of a panel.
  func plot(_ series: [Series], panel: String, map: ColorMap?) -> String {
    var parts: [String] = []
    if let map {
      parts.append(
        map.isUniform && !figure.x.isLogarithmic && !figure.y.isLogarithmic
          ? "$map using 1:2:7 with image notitle"
          : "$map using 1:2:3:4:5:6:7 with boxxyerror lc palette fs solid 1 noborder notitle")
    }
    // Bands first, published points last, whatever the order of the legend.
    let order = series.indices.sorted {
      (Self.layer(series[$0]), $0) < (Self.layer(series[$1]), $1)
    }
    let looks = Self.looks(figure.series)
    for index in order {
      // A ratio looks as the series it came from does.
      let look =
        panel == "s"
        ? looks[index]
        : figure.series.firstIndex { $0.label == series[index].label }.map { looks[$0] }
          ?? looks.first ?? Look(color: .blue, point: 7)
      parts += commands(series[index], "$\(panel)\(index)", look, isTitled: panel == "s")
    }
    return "plot " + parts.joined(separator: ", \\\n  ")
  }

  private static func layer(_ series: Series) -> Int {
    switch series.style {
    case .band, .filledSteps: 0
    case _ where series.isPublished: 2
    default: 1
    }
  }

  /// How a series is told from others: by colour and, for points, by shape.
  private struct Look {
    var color: FigureColor
    var point: Int
  }

  private static func looks(_ series: [Series]) -> [Look] {
    let (full, open) = ([7, 5, 9, 13, 11], [6, 4, 8, 12, 10])
    var (next, ours, theirs) = (0, 0, 0)
    return series.map { series in
      if series.isPublished {
        defer { theirs += 1 }
        return Look(color: series.color ?? .black, point: open[theirs % open.count])
      }
      var color = series.color
      if color == nil {
        color = FigureColor.cycle[next % FigureColor.cycle.count]
        next += 1
      }
      // Lines have no markers to tell apart.
      let hasPoints = series.style == .points || series.style == .lineAndPoints
      defer { ours += hasPoints ? 1 : 0 }
      return Look(color: color!, point: full[ours % full.count])
    }
  }

  private func commands(_ series: Series, _ data: String, _ look: Look, isTitled: Bool) -> [String] {
    let color = series.color ?? look.color
    // Markers of an event display lie on one another: two fifths transparent.
    let veil = series.style == .points && series.sizes != nil ? "#66" : "#"
    let paint = series.values == nil ? "lc rgb '\(veil)\(color.hex.dropFirst())'" : "lc palette"
    let name =
      isTitled && !series.label.isEmpty
      ? "title \(FigureText(series.label).gnuplot)" : "notitle"
    let dash = series.isDashed ? "dt 2" : "dt 1"
    let line = "with lines lw 1.8 \(dash) \(paint)"
    switch series.style {
    case .steps:
      return ["\(data) \(line) \(name)"] + histogramErrors(series, data, paint)
    case .filledSteps:
      return [
        "\(data) with filledcurves y=0 fc rgb '\(color.hex)' fs transparent solid 0.25 noborder \(name)"
      ]
        + ["\(data) \(line) notitle"] + histogramErrors(series, data, paint)
    case .band:
      let area =
        "\(data) using 1:5:6 with filledcurves fc rgb '\(color.hex)' fs transparent solid 0.25 noborder \(name)"
      return series.y.isEmpty ? [area] : [area, "\(data) using 1:2 \(line) notitle"]
    case .line:
      return ["\(data) using 1:2\(series.values == nil ? "" : ":8") \(line) \(name)"]
    case .lineAndPoints:
      let drawn = ["\(data) using 1:2 \(line) notitle"]
      // The legend shows line and marker together, and with it what is dashed.
      guard series.values == nil, name != "notitle" else {
        return drawn + points(series, data, look, paint, name)
      }
      return drawn + points(series, data, look, paint, "notitle") + [
        "keyentry with linespoints lw 1.8 \(dash) pt \(look.point) ps 0.65 \(paint) \(name)"
      ]
    case .points:
      return points(series, data, look, paint, name)
    case .circles:
      return ["\(data) using 1:2:7 with circles \(paint) fs transparent solid 0.06 border \(name)"]
    }
  }

  private func points(
    _ series: Series, _ data: String, _ look: Look, _ paint: String, _ name: String
  ) -> [String] {
    // Bars of their own: gnuplot's error bars blank out what lies about a point, short bars too.
    var parts: [String] = []
    let bar = "with vectors nohead lw 1.2 \(paint) notitle"
    let value = series.values == nil ? "" : ":8"
    if series.xLow != nil { parts.append("\(data) using 3:2:($4-$3):(0)\(value) \(bar)") }
    if series.yLow != nil { parts.append("\(data) using 1:5:(0):($6-$5)\(value) \(bar)") }
    let size = series.sizes == nil ? "ps 0.65" : "ps variable"
    let columns = "1:2" + (series.sizes == nil ? "" : ":7") + value
    parts.append(
      "\(data) using \(columns) with points pt \(look.point) lw 1.2 \(size) \(paint) \(name)")
    return parts
  }

  private func histogramErrors(_ series: Series, _ data: String, _ paint: String) -> [String] {
    series.yLow == nil
      ? [] : ["\(data)e using 1:2:(0):3 with vectors nohead lw 1 \(paint) notitle"]
  }
}
