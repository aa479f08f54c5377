#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowDetectors
public import WinnowEvents
import WinnowFastJet
import WinnowMetrics
import WinnowReconstruction

/// What a simulation of Level-1 objects shows of itself, gathered block by block; memory does not
/// grow with the events.
///
///     var report = LevelOneReport()
///     report.add(generated, found, firstEvent: 0)   // before any selection
///     let page = try report.page(provenance)
///     try page.write(to: "run")
///
/// Generated electrons and muons above 3 GeV and jets above 10 GeV are matched to the closest found
/// object of their kind. With pileup only the generated event itself is asked for, the other
/// collisions are not. Spectra and multiplicities carry the events' weights, responses do not.
public struct LevelOneReport: Sendable {
  let detector: LevelOneDetector
  private let finder: JetFinder?
  private(set) var events = 0
  private(set) var electrons: ObjectResponse
  private(set) var muons: ObjectResponse
  private(set) var jets: ObjectResponse
  private(set) var missing: MissingResponse
  private(set) var yields = ObjectYields()
  private(set) var display: LevelOneDisplay?

  /// - Parameter detector: the one that was simulated; acceptances and what the missing momentum
  ///   sees are taken from it.
  public init(_ detector: LevelOneDetector = .cms) {
    self.detector = detector
    // A build without FastJet has no Level-1 jets either; then there is nothing to compare.
    finder = try? JetFinder(
      JetDefinition(
        .antiKt, radius: detector.jets.radius, minimumPt: GeneratedObjects.leastJetPt))
    electrons = ObjectResponse(
      threshold: 30,
      regions: [("barrel, |η| < 1.48", 0...1.479), ("endcap, 1.57 < |η| < 2.5", 1.566...2.5)],
      turnOn: Array(stride(from: 0, to: 20, by: 5)) + Array(stride(from: 20, to: 44, by: 2))
        + [44, 48, 54, 62, 75, 100],
      response: [5, 7, 10, 15, 20, 25, 30, 35, 40, 50, 65, 85, 120, 200])
    let edges = detector.muons.regions.map { min($0.maximumEta, detector.muons.maximumEta) }
    let names = ["barrel", "overlap", "endcap"]
    let starts = [0] + edges.dropLast()
    muons = ObjectResponse(
      threshold: 22,
      regions: zip(starts, edges).enumerated().filter { $1.0 < $1.1 }.map { index, range in
        let name = index < names.count ? names[index] : "region \(index + 1)"
        let from = range.0 > 0 ? "\(range.0) < " : ""
        return ("\(name), \(from)|η| < \(range.1)", range.0...range.1)
      },
      turnOn: [0, 4, 8, 12, 15, 17, 19, 21, 23, 25, 27, 30, 34, 40, 48, 60, 80, 100],
      response: [3, 4, 6, 8, 11, 15, 20, 25, 30, 40, 50, 65, 85, 120, 200])
    jets = ObjectResponse(
      threshold: 60,
      regions: [
        ("|η| < 1.3", 0...1.3), ("1.3 < |η| < 2.5", 1.3...2.5), ("3 < |η| < 4", 3...4),
      ],
      turnOn: [10, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 100, 120, 150, 200],
      response: [15, 20, 25, 30, 40, 50, 65, 80, 100, 130, 170, 220, 300, 400])
    missing = MissingResponse(threshold: 50)
  }

  /// Adds a block of events.
  ///
  /// - Parameters:
  ///   - generated: what was simulated.
  ///   - found: its Level-1 objects, event by event: before a selection drops any.
  ///   - firstEvent: the number of the first event.
  /// - Precondition: there are as many of both.
  public mutating func add(
    _ generated: ParticleEvents, _ found: LevelOneEvents, firstEvent: Int
  ) {
    precondition(
      generated.count == found.count,
      "\(found.count) Level-1 events do not belong to \(generated.count) generated ones; add them before a selection"
    )
    for event in 0..<generated.count {
      let truth = GeneratedObjects(
        generated, event, finder: finder, seesMuons: detector.missingMomentumSeesMuons)
      events += 1
      // An electron leaves the beam line at its φ and meets the calorimeter 0.74 GeV/pT further.
      match(truth.electrons, .electron, within: 0.3, found, event) { $0.electrons.add($1, found: $2) }
      match(truth.muons, .muon, within: 0.5, found, event) { $0.muons.add($1, found: $2) }
      let isolated = truth.jets.filter(\.isIsolated).map(\.jet)
      match(isolated, .jet, within: 0.4, found, event) { $0.jets.add($1, found: $2) }
      let place = event * LevelOneEvents.objects
      missing.add(
        truth, pt: Double(found.pt[place]), phi: Double(found.phi[place]))
      yields.add(found, event, weight: found.weights[event])
      if display == nil {
        display = LevelOneDisplay(
          truth, found, event, number: firstEvent + event, radius: detector.jets.radius)
      }
    }
  }

  private mutating func match(
    _ generated: [GeneratedObject], _ kind: LevelOneObject, within distance: Double,
    _ found: LevelOneEvents, _ event: Int,
    _ add: (inout LevelOneReport, GeneratedObject, LevelOnePlace?) -> Void
  ) {
    guard !generated.isEmpty else { return }
    let places = LevelOnePlace.all(kind, of: event, in: found)
    func momenta(_ all: [(pt: Double, eta: Double, phi: Double)]) -> [FourMomentum] {
      all.map { FourMomentum(pt: $0.pt, eta: $0.eta, phi: $0.phi, mass: 0) }
    }
    // A distance above 0.
    let pairs = try! JetMatching(distance: distance).matches(
      momenta(places.map { ($0.pt, $0.eta, $0.phi) }),
      to: momenta(generated.map { ($0.pt, $0.eta, $0.phi) }))
    var partner = [LevelOnePlace?](repeating: nil, count: generated.count)
    for pair in pairs { partner[pair.truth] = places[pair.reconstructed] }
    for (object, found) in zip(generated, partner) { add(&self, object, found) }
  }
}
