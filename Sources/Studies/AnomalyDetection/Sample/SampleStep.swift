import Winnow

/// Reads the samples, divides the background, and writes what later steps read: `data/training.npz`
/// (training, then validation events), `data/test.npz`, `data/SIGNAL.npz`.
struct SampleStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  /// Parts of the background: arXiv:2108.03986 section II.
  static let shares = (training: 0.5, test: 0.4, validation: 0.1)

  /// `data/sample.json`.
  struct Summary: Codable, Sendable {
    var training: Int
    var validation: Int
    var test: Int
    var signals: [String: Int]
    var dropped: [String: Int]
    var scale: MomentumScale
  }

  func run(_ progress: (String) -> Void) throws {
    // All files are there, and of the layout, before the first is read.
    _ = try ZeroBiasFiles(in: settings.samples(in: folder))
    let files = try AnomalySample.allCases.map { try $0.file(in: settings.samples(in: folder)) }
    try OutputFolder.make("\(folder.path)/data")
    progress("background")
    let background = try PreparedEvents(files[0], most: settings.events)
    let least = Int((Double(settings.batch) / Self.shares.training).rounded(.up))
    guard background.count >= least else {
      throw StudyError(
        "'\(files[0])' has \(background.count) events; at least \(least) are needed to train on")
    }
    var random = RandomStream(seed: settings.seed, label: "anomaly detection, division of events")
    var order = Array(0..<background.count)
    random.shuffle(&order)
    let first = Int(Double(background.count) * Self.shares.training)
    let second = first + Int(Double(background.count) * Self.shares.validation)
    let training = background.unweighted(order[..<first], &random)
    let validation = background.unweighted(order[first..<second], &random)
    let test = background.unweighted(order[second...], &random)
    guard training.count >= settings.batch, !validation.isEmpty, !test.isEmpty else {
      throw StudyError(
        "the weights of '\(files[0])' leave \(training.count) events to train on; their mean should be 1")
    }
    let scale = MomentumScale(of: background.rows(training))
    try write(background.rows(training + validation), scale, "training")
    try write(background.rows(test), scale, "test")
    var summary = Summary(
      training: training.count, validation: validation.count, test: test.count, signals: [:],
      dropped: [AnomalySample.background.rawValue: background.dropped], scale: scale)
    for (signal, file) in zip(AnomalySample.allCases, files).dropFirst() {
      progress(signal.rawValue)
      let events = try PreparedEvents(file, most: .max)
      guard events.count > 1 else {
        throw StudyError("'\(file)' has \(events.count) events; a signal needs more")
      }
      let places = events.unweighted(0..<events.count, &random)
      guard places.count > 1 else {
        throw StudyError("the weights of '\(file)' leave \(places.count) events; their mean should be 1")
      }
      try write(events.rows(places), scale, signal.rawValue)
      summary.signals[signal.rawValue] = places.count
      summary.dropped[signal.rawValue] = events.dropped
    }
    try writeJSON(summary, to: Self.summary(in: folder))
  }

  static func summary(in folder: StudyFolder) -> String { "\(folder.path)/data/sample.json" }

  private func write(_ x: [Float], _ scale: MomentumScale, _ name: String) throws {
    let shape = [x.count / PreparedEvents.width, PreparedEvents.width]
    var arrays = NPZ()
    arrays["x"] = NumericArray(floats: x, shape: shape)
    arrays["t"] = NumericArray(floats: scale.target(x), shape: shape)
    try arrays.write(to: "\(folder.path)/data/\(name).npz", compressed: false)
  }
}

/// The events to train on, and behind them those to stop by.
struct TrainingSample: Sendable {
  /// `data/training.npz`.
  let path: String
  /// Those to stop by, of all.
  let validationShare: Double

  init(in study: String) throws {
    path = "\(study)/data/training.npz"
    let summary = try readJSON(SampleStep.Summary.self, from: "\(study)/data/sample.json")
    validationShare = Double(summary.validation) / Double(summary.training + summary.validation)
  }
}
