import Foundation
import Winnow

/// What each design would take of zero bias, what of it no simple trigger takes, and how it stands when
/// the inputs drift: `rates/results.json`.
struct RateStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  /// Everything that was found; `crossings` is 0 where there is no zero bias.
  struct Results: Codable, Sendable {
    var crossings = 0
    /// Crossings with a number that is none, of all files, which are left out.
    var dropped = 0
    /// Simple triggers alone, and their union.
    var simple: [Efficiency] = []
    var anySimple: Efficiency?
    var rates: [Rate] = []
  }

  /// One design at one threshold, which it has from zero bias.
  struct Rate: Codable, Sendable {
    var design: ScoreDesign
    /// The part of crossings that was asked for.
    var fraction: Double
    var threshold: Double
    var total: Efficiency
    /// Not taken by any simple trigger.
    var pure: Efficiency
    /// Taken, and by each simple trigger, too.
    var shared: [Int]
    var drifts: [Drift]
    /// Of the study's own test events and signals, which have no pileup.
    var background: Efficiency
    var signals: [Efficiency]
  }

  /// The same threshold under other conditions.
  struct Drift: Codable, Sendable {
    var name: String
    var total: Efficiency
    /// Of the same crossings without the drift, where the file holds the first crossings again.
    var before: Efficiency?
  }

  static let fractions = [1e-3, 1e-4]
  /// Colliding pairs of bunches in 2018: papers/4.
  static let collidingBunches = 2544

  static func results(in folder: StudyFolder) -> String { "\(folder.path)/rates/results.json" }

  func run(_ progress: (String) -> Void) throws {
    try OutputFolder.make("\(folder.path)/rates")
    let files = try ZeroBiasFiles(in: settings.samples(in: folder))
    guard let nominal = files.nominal else {
      progress("no zero-bias.h5 in '\(settings.samples(in: folder))'")
      return try writeJSON(Results(), to: Self.results(in: folder))
    }
    progress("zero bias")
    var results = Results()
    let x = try events(nominal, &results.dropped)
    let crossings = x.count / PreparedEvents.width
    let taken = SingleObjectTrigger.simple.map { trigger in
      (0..<crossings).map { trigger.takes($0, of: x) }
    }
    let isTaken = (0..<crossings).map { event in taken.contains { $0[event] } }
    results.crossings = crossings
    results.simple = try taken.map { try Efficiency(selected: $0.count { $0 }, of: crossings) }
    results.anySimple = try Efficiency(selected: isTaken.count { $0 }, of: crossings)
    let engines = try ScoreDesign.all.map { try $0.engine(in: folder, settings) }
    for (design, engine) in zip(ScoreDesign.all, engines) {
      progress(design.label)
      let scores = try engine.scores(x)
      let own = try ScoredSamples.files(in: folder).map { try engine.scores(of: $0.path) }
      results.rates += try Self.fractions.map { fraction in
        try Self.rate(design, fraction, scores, own, taken: taken, isTaken)
      }
    }
    // One set of events at a time: zero bias may be millions.
    for drift in ScaleDrift.allCases {
      progress(drift.name)
      try Self.add(drift.name, drift.applied(to: x), before: nil, engines, to: &results)
    }
    for conditions in files.drifted {
      progress(conditions.name)
      let drifted = try events(conditions.path, &results.dropped)
      let before = conditions.repeatsTheFirst ? Array(x.prefix(drifted.count)) : nil
      try Self.add(conditions.name, drifted, before: before, engines, to: &results)
    }
    try writeJSON(results, to: Self.results(in: folder))
  }

  /// - Throws: ``StudyError`` for a file with hardly any events.
  private func events(_ path: String, _ dropped: inout Int) throws -> [Float] {
    let events = try PreparedEvents(path, most: .max)
    var random = RandomStream(seed: settings.seed, label: "anomaly detection, zero bias")
    let places = events.unweighted(0..<events.count, &random)
    guard places.count >= WorkingPoint.smallestBackground else {
      throw StudyError(
        "'\(path)' has \(places.count) events; give it at least \(WorkingPoint.smallestBackground), better 10000"
      )
    }
    dropped += events.dropped
    return events.rows(places)
  }

  private static func rate(
    _ design: ScoreDesign, _ fraction: Double, _ scores: [Double], _ own: [[Double]],
    taken: [[Bool]], _ isTaken: [Bool]
  ) throws -> Rate {
    let threshold = try WorkingPoint(rate: fraction, signal: scores, background: scores).threshold
    let kept = scores.indices.filter { scores[$0] >= threshold }
    return Rate(
      design: design, fraction: fraction,
      // Nothing passes an infinite threshold, and JSON has no word for it.
      threshold: min(threshold, .greatestFiniteMagnitude),
      total: try Efficiency(selected: kept.count, of: scores.count),
      pure: try Efficiency(selected: kept.count { !isTaken[$0] }, of: scores.count),
      shared: taken.map { one in kept.count { one[$0] } }, drifts: [],
      background: try efficiency(own[0], threshold),
      signals: try own.dropFirst().map { try efficiency($0, threshold) })
  }

  private static func efficiency(_ scores: [Double], _ threshold: Double) throws -> Efficiency {
    try Efficiency(selected: scores.count { $0 >= threshold }, of: scores.count)
  }

  /// What every design takes of the same threshold under other conditions.
  private static func add(
    _ name: String, _ x: [Float], before: [Float]?, _ engines: [ScoreEngine],
    to results: inout Results
  ) throws {
    for (design, engine) in zip(ScoreDesign.all, engines) {
      let scores = try engine.scores(x)
      let earlier = try before.map { try engine.scores($0) }
      for place in results.rates.indices where results.rates[place].design == design {
        let threshold = results.rates[place].threshold
        results.rates[place].drifts.append(
          Drift(
            name: name, total: try efficiency(scores, threshold),
            before: try earlier.map { try efficiency($0, threshold) }))
      }
    }
  }
}
