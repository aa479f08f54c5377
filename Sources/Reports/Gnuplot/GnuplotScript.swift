import Foundation

/// A figure as gnuplot's commands, in the one theme that all figures share.
struct GnuplotScript {
  let figure: Figure

  init(_ figure: Figure) { self.figure = figure }

  /// In pixels of the SVG; the PNG has twice as many.
  static let width = 640
  var height: Int {
    if figure.ratio != nil { return 600 }
    return figure.hasEqualAxes ? 600 : 440
  }

  /// Draws `figure.svg` and `figure.png`.
  var text: String {
    """
    set encoding utf8
    \(data)
    set terminal svg size \(Self.width),\(height) dynamic enhanced font 'sans-serif,15' background 'white' linewidth 1.2
    set output 'figure.svg'
    \(drawing)
    unset output
    reset
    set terminal pngcairo size \(2 * Self.width),\(2 * height) enhanced font 'sans-serif,15' fontscale 1.55 linewidth 2.2 pointscale 2.9 background 'white'
    set output 'figure.png'
    \(drawing)
    unset output

    """
  }

  private var drawing: String {
    figure.ratio.map(twoPanels) ?? onePanel
  }

  private static let theme = """
    set border 3 lc rgb '#333333' lw 1
    set tics nomirror out scale 0.6,0.3 textcolor rgb '#333333'
    set grid back lt 1 dt 1 lc rgb '#dddddd' lw 0.6
    set style fill solid 1 noborder
    set palette defined (0 '#fde725', 1 '#5ec962', 2 '#21918c', 3 '#3b528b', 4 '#440154')
    """

  private var onePanel: String {
    var lines = [Self.theme, legend, title]
    lines += axis("x", figure.x) + axis("y", figure.y, startsAtZero: startsAtZero)
    lines += colorAxis + marks
    if figure.hasEqualAxes { lines.append("set size ratio -1") }
    lines.append(plot(figure.series, panel: "s", map: figure.map))
    return lines.joined(separator: "\n")
  }

  /// The upper panel and the ratio below it share the horizontal range and margins.
  private func twoPanels(_ ratio: RatioPanel) -> String {
    var x = figure.x
    let range = horizontalRange(figure.series + ratio.series)
    (x.low, x.high) = (x.low ?? range.low, x.high ?? range.high)
    var upper = x
    upper.label = ""
    var lines = ["set multiplot", Self.theme, legend, title]
    lines += ["set lmargin at screen 0.15", "set rmargin at screen 0.96"]
    lines += ["set bmargin at screen 0.36"]
    lines += axis("x", upper) + ["set format x ''"]
    lines += axis("y", figure.y, startsAtZero: startsAtZero) + ["set ylabel offset 0,0"]
    lines += marks
    lines.append(plot(figure.series, panel: "s", map: nil))
    lines += ["unset title", "unset key", "unset label", "unset arrow", "unset object"]
    lines += ["unset logscale y", "unset mytics", "set tmargin at screen 0.32", "set bmargin at screen 0.12"]
    lines += axis("x", x)
    lines += axis("y", Axis(ratio.label, from: ratio.low, to: ratio.high))
    lines += ["set ytics autofreq", "set format y '%g'"]
    lines.append(
      "set arrow from graph 0, first 1 to graph 1, first 1 nohead back dt 2 lc rgb '#333333'")
    lines.append(plot(ratio.series, panel: "r", map: nil))
    lines.append("unset multiplot")
    return lines.joined(separator: "\n")
  }

  /// A legend above takes the title along, so that the title comes first.
  private var isTitleOfLegend: Bool {
    figure.legend == .above && figure.series.contains { !$0.label.isEmpty }
  }

  private var title: String {
    figure.title.isEmpty || isTitleOfLegend
      ? "unset title"
      : "set title \(FigureText(figure.title).gnuplot) font ',17' textcolor rgb '#111111'"
  }

  private var legend: String {
    switch figure.legend {
    case .above:
      "set key tmargin center horizontal reverse Left samplen 2 spacing 1.1 maxrows 3"
        + (isTitleOfLegend && !figure.title.isEmpty
          ? " title \(FigureText(figure.title).gnuplot) center font ',17'" : "")
    case .topRight: "set key inside top right reverse Left samplen 2 spacing 1.2"
    case .topLeft: "set key inside top left reverse Left samplen 2 spacing 1.2"
    case .bottomRight: "set key inside bottom right reverse Left samplen 2 spacing 1.2"
    case .bottomLeft: "set key inside bottom left reverse Left samplen 2 spacing 1.2"
    case .none: "set key off"
    }
  }

  /// A histogram's bars mean their area, so its axis starts at zero.
  private var startsAtZero: Bool {
    figure.series.contains(where: \.isHistogram)
      && figure.series.allSatisfy { $0.y.allSatisfy { !($0 < 0) } && $0.isHistogram }
  }

  /// Where a histogram on a logarithmic axis stands: a power of ten below all that is drawn.
  var logarithmicFloor: Double {
    if let low = figure.y.low { return low }
    let positive = figure.series.flatMap(\.y).filter { $0 > 0 && $0.isFinite }
    return pow(10, log10(positive.min() ?? 1).rounded(.down))
  }

  /// Where a logarithmic horizontal axis starts.
  var positiveStart: Double { horizontalRange(figure.series).low ?? 1 }

  /// The axis with its ends, where a logarithmic one would go on to the next power of ten.
  private func fitted(_ letter: String, _ axis: Axis) -> Axis {
    guard axis.isLogarithmic else { return axis }
    var axis = axis
    if letter == "x", figure.map == nil {
      let range = horizontalRange(figure.series + (figure.ratio?.series ?? []))
      (axis.low, axis.high) = (axis.low ?? range.low, axis.high ?? range.high)
    } else if letter == "y", figure.series.contains(where: \.isHistogram) {
      axis.low = logarithmicFloor
    }
    return axis
  }

  /// 1, 2 and 5 in each power of ten, for an axis of two of them or less.
  private static func ticks(from low: Double, to high: Double) -> [Double]? {
    guard low > 0, high / low <= 100 else { return nil }
    let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    return powers.flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
      .filter { $0 >= low && $0 <= high }
  }

  private func axis(_ letter: String, _ wanted: Axis, startsAtZero: Bool = false) -> [String] {
    let axis = fitted(letter, wanted)
    var lines = ["set \(letter)label \(FigureText(axis.label).gnuplot) textcolor rgb '#111111'"]
    let low = axis.low ?? (startsAtZero && !axis.isLogarithmic ? 0 : nil)
    lines.append(
      "set \(letter)range [\(low.map { "\($0)" } ?? "*"):\(axis.high.map { "\($0)" } ?? "*")]")
    if let ticks = axis.ticks {
      let places = ticks.filter(\.position.isFinite)
        .map { "\(FigureText($0.label).gnuplot) \($0.position)" }
      lines.append("set \(letter)tics (\(places.joined(separator: ", ")))")
    } else if axis.isLogarithmic, let low = axis.low, let high = axis.high,
      let ticks = Self.ticks(from: low, to: high)
    {
      let isWide = isWide(letter, axis)
      lines.append(
        "set \(letter)tics (\(ticks.map { isWide ? Self.labelled($0) : "\($0)" }.joined(separator: ", ")))")
    } else {
      lines.append("set \(letter)tics autofreq")
    }
    if axis.isLogarithmic {
      lines += ["set logscale \(letter)", "set m\(letter)tics 10"]
      lines.append("set format \(letter) '\(isWide(letter, axis) ? "10^{%L}" : "%g")'")
    } else {
      lines.append("set format \(letter) '%g'")
    }
    return lines
  }

  /// A tick with its number as a power of ten, which gnuplot's format knows without its factor only.
  private static func labelled(_ tick: Double) -> String {
    let power = Int(log10(tick * (1 + 1e-9)).rounded(.down))
    let factor = Int((tick / pow(10, Double(power))).rounded())
    let text = factor == 1 ? "10^{\(power)}" : "\(factor)·10^{\(power)}"
    return "\(FigureText(text).gnuplot) \(tick)"
  }

  /// A logarithmic axis of numbers too large or small to write out.
  private func isWide(_ letter: String, _ axis: Axis) -> Bool {
    var numbers = [axis.low, axis.high].compactMap { $0 }
    for series in figure.series {
      numbers += letter == "x" ? series.x : series.y
      if letter == "y" {
        numbers += series.yLow ?? []
        numbers += series.yHigh ?? []
      }
    }
    if letter == "cb" { numbers += figure.map?.values ?? [] }
    let positive = numbers.filter { $0 > 0 && $0.isFinite }
    guard let low = positive.min(), let high = positive.max() else { return true }
    return low < 0.01 || high > 10_000
  }

  private var colorAxis: [String] {
    guard let color = figure.color else { return ["unset colorbox"] }
    return axis("cb", color) + ["set colorbox", "set cblabel offset character 1.5,0"]
  }

  private func horizontalRange(_ series: [Series]) -> (low: Double?, high: Double?) {
    var numbers: [Double] = []
    for one in series {
      numbers += one.x
      numbers += one.xLow ?? []
      numbers += one.xHigh ?? []
    }
    numbers.removeAll { !$0.isFinite || (figure.x.isLogarithmic && $0 <= 0) }
    guard let low = numbers.min(), let high = numbers.max(), low < high else { return (nil, nil) }
    // Edges end the axis; points keep away from it.
    if series.contains(where: \.isHistogram) { return (low, high) }
    if figure.x.isLogarithmic { return (low / 1.1, high * 1.1) }
    let away = 0.03 * (high - low)
    return (low - away, high + away)
  }

  private var marks: [String] {
    let line = "nohead front dt 2 lw 1.2 lc rgb '#555555'"
    let small = "font ',13' textcolor rgb '#333333' front"
    return figure.annotations.flatMap { mark -> [String] in
      let text = FigureText(mark.text).gnuplot
      switch mark.kind {
      case .text:
        return ["set label \(text) at \(mark.x!),\(mark.y!) \(small)"]
      case .verticalLine:
        return [
          "set arrow from first \(mark.x!), graph 0 to first \(mark.x!), graph 1 \(line)",
          "set label \(text) at first \(mark.x!), graph 0.98 right rotate by 90 offset character 0.8,0 \(small)",
        ]
      case .horizontalLine:
        return [
          "set arrow from graph 0, first \(mark.y!) to graph 1, first \(mark.y!) \(line)",
          "set label \(text) at graph 0.99, first \(mark.y!) right offset character 0,0.6 \(small)",
        ]
      case .range:
        return [
          "set object rectangle from first \(mark.x!), graph 0 to first \(mark.end!), graph 1 behind fc rgb '#999999' fs transparent solid 0.15 noborder",
          "set label \(text) at first \(mark.x!), graph 0.98 right rotate by 90 offset character 0.8,0 \(small)",
        ]
      }
    }
  }
}
