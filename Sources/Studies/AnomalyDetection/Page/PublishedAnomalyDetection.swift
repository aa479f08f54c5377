/// The numbers of papers/2.
///
/// - Reference: arXiv:2108.03986, tables 1 to 4. In the text at hand the tables have lost their column
///   heads; the order of the signals, and which row of a VAE is which latent score, are taken from its
///   figures and stand in doubt.
enum PublishedAnomalyDetection {
  /// The false positive rate of its working points.
  static let rate = 1e-5

  /// Percent: true positives at a false positive rate of 10⁻⁵, and area, in the order of
  /// ``AnomalySample/signals``.
  struct Row {
    var model: AnomalyModel
    var score: AnomalyScoreKind
    var efficiency: [Double]
    var area: [Double]
  }

  static let table1 = [
    Row(
      model: .convolutionalVariational, score: .reconstruction, efficiency: [0.06, 3.28, 0.10, 0.09],
      area: [92, 94, 95, 85]),
    Row(
      model: .convolutionalVariational, score: .divergence, efficiency: [0.05, 2.85, 0.07, 0.14],
      area: [84, 85, 86, 71]),
    Row(
      model: .convolutionalVariational, score: .radius, efficiency: [0.05, 2.53, 0.06, 0.12],
      area: [84, 85, 86, 71]),
    Row(
      model: .convolutionalAutoencoder, score: .reconstruction, efficiency: [0.09, 6.29, 0.10, 0.13],
      area: [95, 94, 96, 85]),
    Row(
      model: .denseVariational, score: .reconstruction, efficiency: [0.07, 5.23, 0.08, 0.11],
      area: [93, 95, 95, 85]),
    Row(
      model: .denseVariational, score: .divergence, efficiency: [0.07, 5.27, 0.08, 0.11],
      area: [92, 94, 94, 81]),
    Row(
      model: .denseVariational, score: .radius, efficiency: [0.06, 4.05, 0.07, 0.10],
      area: [86, 93, 88, 76]),
    Row(
      model: .denseAutoencoder, score: .reconstruction, efficiency: [0.05, 3.56, 0.06, 0.09],
      area: [95, 96, 96, 87]),
  ]

  static func row(_ model: AnomalyModel, _ score: AnomalyScoreKind) -> Row {
    table1.first { $0.model == model && $0.score == score }!
  }

  /// Percent: table 2, of the compressed networks.
  static let table2: [AnomalyModel: (efficiency: [Double], area: [Double])] = [
    .convolutionalAutoencoder: ([0.09, 5.96, 0.10, 0.13], [94, 96, 96, 88]),
    .convolutionalVariational: ([0.05, 2.56, 0.06, 0.12], [84, 84, 85, 71]),
    .denseAutoencoder: ([0.08, 5.48, 0.09, 0.11], [95, 96, 96, 88]),
    .denseVariational: ([0.08, 3.41, 0.09, 0.08], [92, 94, 94, 81]),
  ]

  /// Percent of the device, and nanoseconds: estimates of Vivado HLS, before synthesis and routing.
  struct Implementation {
    var multipliers, lookUpTables, flipFlops, blockMemories, latency, interval: Double
  }

  /// Table 3, xcvu9p, and table 4, xc7vx690t.
  static func implementation(_ model: AnomalyModel, _ device: String) -> Implementation? {
    func row(_ values: Double...) -> Implementation {
      Implementation(
        multipliers: values[0], lookUpTables: values[1], flipFlops: values[2],
        blockMemories: values[3], latency: values[4], interval: values[5])
    }
    switch (model, device) {
    case (.denseAutoencoder, "xcvu9p"): return row(2, 5, 1, 0.5, 130, 5)
    case (.convolutionalAutoencoder, "xcvu9p"): return row(8, 47, 5, 6, 1480, 895)
    case (.denseVariational, "xcvu9p"): return row(1, 3, 0.5, 0.3, 80, 5)
    case (.convolutionalVariational, "xcvu9p"): return row(10, 12, 4, 2, 365, 115)
    case (.denseVariational, "xc7vx690t"): return row(3, 9, 3, 0.4, 205, 5)
    default: return nil
    }
  }
}
