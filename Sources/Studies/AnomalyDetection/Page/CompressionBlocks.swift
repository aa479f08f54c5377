import Winnow

/// What pruning and short numbers cost: figures IV and V of the paper.
struct CompressionBlocks {
  private let results: [CompressionStep.Result]

  init(in folder: StudyFolder) throws {
    results = try readJSON([CompressionStep.Result].self, from: CompressionStep.results(in: folder))
  }

  var blocks: [ReportPage.Block] {
    AnomalyModel.allCases.map { .figure(figure($0)) } + [
      .text(
        "Half of the weights are zero in all; of a variational model the encoder's only, which alone becomes firmware. Widths are those of weights. Ours: activations have two bits more, but none in the DNN VAE; normalised inputs are in 9 bits (DNN AE), 7 bits (DNN VAE) and 12 bits (convolutions) at every width; μ and ln σ² have 2 bits before the point and 13 behind, where the authors' code has 6; from 6 bits on, weights of dense networks have one bit before the point, else the paper's number."
      )
    ]
  }

  private func figure(_ model: AnomalyModel) -> Figure {
    let series = AnomalySample.signals.flatMap { signal -> [Series] in
      let own = results.filter { $0.model == model && $0.signal == signal }
      guard let pruned = own.first(where: { $0.compression == .pruned }) else { return [] }
      return [false, true].map { isTrained in
        let points = own.compactMap { result -> (width: Int, ratio: Double, error: Double)? in
          let width: Int
          switch result.compression {
          case .pruned: return nil
          case .rounded(let bits):
            if isTrained { return nil }
            width = bits
          case .trained(let bits):
            if !isTrained { return nil }
            width = bits
          }
          return (
            width, result.area.value / pruned.area.value, result.area.error / pruned.area.value
          )
        }.sorted { $0.width < $1.width }
        // The two ways and the signals stand side by side.
        let shift = 0.1 * Double(AnomalySample.signals.firstIndex(of: signal)!) - 0.15
        var series = Series(
          "\(signal.label), \(isTrained ? "QAT" : "PTQ")", .lineAndPoints,
          x: points.map { Double($0.width) + shift }, y: points.map(\.ratio),
          yLow: points.map { $0.ratio - $0.error }, yHigh: points.map { $0.ratio + $0.error })
        series.isDashed = !isTrained
        series.color = signal.color
        return series
      }
    }
    return Figure(
      "widths-\(model.rawValue)", title: "\(model.label), \(model.firmwareScore.label)",
      x: Axis("bits", from: 1, to: 17), y: Axis("area / area of the pruned network"), series: series,
      caption:
        "Figures IV and V of the paper, which show true positives in place of areas. Bars are the error of the area above the line; both areas are of the same events, so that ratios are more certain than they look."
    )
  }
}
