import WinnowReports

/// The losses over the epochs: `figures/loss.json` and `.csv`, drawn where gnuplot is installed.
struct LossFigure {
  private let lines: [EpochLine]

  init(_ lines: [EpochLine]) { self.lines = lines }

  func write(_ files: TrainingFiles) throws {
    guard lines.count > 1, lines.contains(where: \.loss.isFinite) else { return }
    do { try figure.writeWherePossible(to: files.folder) } catch is ReportError {
      // A training is not lost to a drawing; the numbers are in metrics.json.
    }
  }

  private var figure: Figure {
    let epochs = lines.indices.map { Double($0 + 1) }
    var series = [
      Series("training", .lineAndPoints, x: epochs, y: lines.map(\.loss))
    ]
    let validated = lines.indices.filter { lines[$0].validationLoss != nil }
    if !validated.isEmpty {
      series.append(
        Series(
          "validation", .lineAndPoints, x: validated.map { epochs[$0] },
          y: validated.map { lines[$0].validationLoss! }))
    }
    var annotations: [Annotation] = []
    if let change = lines.firstIndex(where: { $0.stage.hasPrefix("quantized") }), change > 0 {
      annotations.append(.verticalLine(Double(change) + 0.5, "quantised"))
    }
    let isPositive = lines.allSatisfy { $0.loss > 0 && $0.validationLoss ?? 1 > 0 }
    return Figure(
      "loss", title: "Loss over the training", x: Axis("epoch"),
      y: Axis("loss", isLogarithmic: isPositive), series: series, annotations: annotations)
  }
}
