#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowEvents
import WinnowFastJet
import WinnowTensors

/// Turns generated events into Level-1 trigger events, block by block.
///
///     var simulation = try LevelOneSimulation(seed: 7)
///     let file = try ParticleEventFile("wjets.h5")
///     let events = try simulation.simulate(try file.read(0..<1000), firstEvent: 0)
///     let inputs = events.features          // 57 numbers an event, GeV and radian
///     let integers = events.hardwareFeatures()
///     print(simulation.skipped)
///
/// Every event draws from streams of its own, named by its number: the result does not depend on how
/// events are grouped, ordered or spread over values of this type. One value works on one thread.
public struct LevelOneSimulation: Sendable {
  public let detector: LevelOneDetector
  public let pileup: LevelOnePileup?
  /// Particles that the model could not take, so far.
  public var skipped: SkippedParticles { collector.skipped }

  private let streams: RandomStream
  private let finder: JetFinder
  private let muonScales: [Double]
  private let response: TowerResponse
  /// Towers that measure nothing.
  private let deadTowers: [Int]
  private var collector = ParticleCollector()
  private var objects: [FoundObject] = []
  private var jetInputs: [FourMomentum] = []

  /// - Throws: ``EventError`` for settings out of range, and `JetError` in a build without FastJet.
  public init(_ detector: LevelOneDetector = .cms, pileup: LevelOnePileup? = nil, seed: UInt64)
    throws
  {
    try detector.validate()
    (self.detector, self.pileup) = (detector, pileup)
    streams = RandomStream(seed: seed, label: "level-1 objects")
    let towers = collector.towers
    response = TowerResponse(detector.calorimeter, towers)
    deadTowers = Set(detector.deadTowers.flatMap { $0.towers(of: towers) }).sorted()
    finder = try JetFinder(
      JetDefinition(
        .antiKt, radius: detector.jets.radius, minimumPt: detector.jets.leastSum))
    muonScales = detector.muons.regions.map { detector.muons.scale($0) }
  }

  /// - Parameter firstEvent: the number of the first event; the others follow.
  /// - Returns: as many events, with their weights; pT, η and φ in the trigger's steps.
  /// - Throws: `JetError` if FastJet fails.
  public mutating func simulate(_ events: ParticleEvents, firstEvent: Int) throws -> LevelOneEvents {
    var result = LevelOneEvents()
    for event in 0..<events.count {
      let streams = streams.child(UInt64(bitPattern: Int64(firstEvent + event)))
      collector.clear()
      collector.collect(events, event, number: firstEvent + event)
      try finish(
        &result, streams, weight: events.weights[event], number: firstEvent + event)
    }
    return result
  }

  /// Crossings without an event of their own, as a trigger sees them that takes any: a Poisson number
  /// of the pileup's collisions each, which may be none.
  ///
  /// A crossing depends on its number and the seed, not on the others; its draws are not those of
  /// the event of the same number in ``simulate(_:firstEvent:)``.
  ///
  /// - Returns: as many events of weight 1.
  /// - Throws: ``EventError`` for a simulation without pileup, `JetError` if FastJet fails.
  public mutating func zeroBias(crossings: Range<Int>) throws -> LevelOneEvents {
    guard pileup != nil else {
      throw EventError("zero-bias crossings are made of pileup; give the simulation some")
    }
    var result = LevelOneEvents()
    let own = streams.child("zero bias")
    for crossing in crossings {
      collector.clear()
      try finish(
        &result, own.child(UInt64(bitPattern: Int64(crossing))), weight: 1, number: crossing)
    }
    return result
  }

  /// Appends what becomes of the collected particles and the pileup.
  ///
  /// - Parameters:
  ///   - streams: the event's own, of which each purpose has one: leptons do not depend on what the
  ///     towers draw.
  ///   - number: of the event, for messages.
  private mutating func finish(
    _ result: inout LevelOneEvents, _ streams: RandomStream, weight: Double, number: Int
  ) throws {
    func stream(_ purpose: Purpose) -> RandomStream { streams.child(purpose.rawValue) }
    if let pileup {
      var stream = stream(.pileup)
      pileup.overlay(&collector, &stream)
    }
    var towers = stream(.towers)
    collector.energies.digitise(response, dead: deadTowers, &towers)
    objects.removeAll(keepingCapacity: true)
    findLeptons(stream(.electrons), stream(.muons))
    let missing = missingMomentum()
    try findJets(number: number)
    result.appendEvent(weight: weight)
    write(missing, to: &result)
  }
  private enum Purpose: UInt64 { case pileup, towers, electrons, muons }

  private mutating func findLeptons(_ electrons: RandomStream, _ muons: RandomStream) {
    var (electrons, muons) = (electrons, muons)
    for lepton in collector.leptons {
      let found =
        lepton.isMuon ? muon(lepton, &muons) : electron(lepton, &electrons)
      if let found { objects.append(found) }
    }
  }

  private func electron(_ lepton: LeptonCandidate, _ stream: inout RandomStream) -> FoundObject? {
    let response = detector.electrons
    // All draws come first, so that a cut does not shift those of the next lepton.
    let (luck, gaussian) = (stream.uniform(), stream.gaussian())
    guard abs(lepton.eta) < response.maximumEta, luck < response.efficiency(eta: lepton.eta),
      !isDead(lepton)
    else { return nil }
    let resolution = response.resolution(
      pt: lepton.pt, coshEta: cosh(lepton.eta), eta: lepton.eta, detector.calorimeter)
    let pt = lepton.pt * (1 + resolution * gaussian)
    guard pt >= response.minimumPt, isIsolated(response.isolation, lepton, pt: pt) else {
      return nil
    }
    return FoundObject(.electron, pt: pt, eta: lepton.eta, phi: lepton.phi)
  }

  private func muon(_ lepton: LeptonCandidate, _ stream: inout RandomStream) -> FoundObject? {
    let response = detector.muons
    let luck = stream.uniform()
    let (curve, across, around) = (stream.gaussian(), stream.gaussian(), stream.gaussian())
    let eta = lepton.eta + response.etaResolution * across
    guard let place = response.regions.firstIndex(where: { abs(lepton.eta) < $0.maximumEta }),
      abs(eta) < response.maximumEta
    else { return nil }
    let region = response.regions[place]
    guard lepton.pt >= region.minimumPt, luck < region.efficiency else { return nil }
    let pt = response.measuredPt(
      lepton.pt, region, scale: muonScales[place], gaussian: curve)
    let slope = response.phiSlope / lepton.pt
    let width = (response.phiConstant * response.phiConstant + slope * slope).squareRoot()
    guard isIsolated(response.isolation, lepton, pt: pt) else { return nil }
    return FoundObject(.muon, pt: pt, eta: eta, phi: lepton.phi + width * around)
  }

  private func isDead(_ lepton: LeptonCandidate) -> Bool {
    guard !deadTowers.isEmpty,
      let tower = collector.towers.tower(eta: lepton.eta, phi: lepton.phi)
    else { return false }
    return deadTowers.contains(tower)
  }

  private func isIsolated(_ isolation: LeptonIsolation?, _ lepton: LeptonCandidate, pt: Double)
    -> Bool
  {
    guard let isolation else { return true }
    let own = lepton.isMuon ? nil : collector.towers.tower(eta: lepton.eta, phi: lepton.phi)
    let around = collector.energies.cone(
      eta: lepton.eta, phi: lepton.phi, radius: isolation.radius, excluding: own, collector.towers)
    return around <= isolation.maximumRatio * pt
  }

  /// Against the sum of the towers, and of the measured muons where they are to be seen.
  private func missingMomentum() -> TriggerWord {
    var (x, y) = (0.0, 0.0)
    let towers = collector.towers
    for tower in collector.energies.active {
      let energy = collector.energies.measured[tower]
      let (ring, column) = (
        tower / TriggerTowers.towersPerRing, tower % TriggerTowers.towersPerRing
      )
      if abs(towers.etaOfRing[ring]) >= detector.missingMomentumEta { continue }
      x -= energy * towers.cosOfColumn[column]
      y -= energy * towers.sinOfColumn[column]
    }
    if detector.missingMomentumSeesMuons {
      for muon in objects where muon.object == .muon {
        let (pt, _, phi) = TriggerScale.muon.values(muon.word)
        x -= pt * cos(phi)
        y -= pt * sin(phi)
      }
    }
    return TriggerScale.missingMomentum.word(pt: hypot(x, y), eta: 0, phi: atan2(y, x))
  }

  private mutating func findJets(number: Int) throws {
    jetInputs.removeAll(keepingCapacity: true)
    let towers = collector.towers
    for tower in collector.energies.active {
      let energy = collector.energies.measured[tower]
      let (ring, column) = (
        tower / TriggerTowers.towersPerRing, tower % TriggerTowers.towersPerRing
      )
      jetInputs.append(
        FourMomentum(
          px: energy * towers.cosOfColumn[column], py: energy * towers.sinOfColumn[column],
          pz: energy * towers.sinhOfRing[ring], e: energy * towers.coshOfRing[ring]))
    }
    let jets = try finder.jets(of: jetInputs, event: number)
    for momentum in jets.momenta {
      let (eta, phi) = (momentum.eta, momentum.phi)
      guard abs(eta) < detector.jets.maximumEta, let tower = towers.tower(eta: eta, phi: phi)
      else { continue }
      var pt = momentum.pt
      if detector.jets.subtractsPileup {
        pt -= detector.jets.pileup(
          about: tower, collector.energies.measured, radius: detector.jets.radius)
      }
      pt = detector.jets.calibrated(pt, eta: eta)
      guard pt >= detector.jets.minimumPt else { continue }
      objects.append(FoundObject(.jet, pt: pt, eta: eta, phi: phi))
    }
  }

  /// Fills the last event's rows, each kind in falling pT; what finds no row is dropped, as in the
  /// trigger.
  private mutating func write(_ missing: TriggerWord, to result: inout LevelOneEvents) {
    let event = result.count - 1
    objects.sort()
    var next = LevelOneObject.allCases.map(\.rows.lowerBound)
    func set(_ object: LevelOneObject, _ word: TriggerWord, row: Int) {
      let (pt, eta, phi) = TriggerScale.of(object).values(word)
      result.set(event: event, row: row, pt: Float(pt), eta: Float(eta), phi: Float(phi))
    }
    set(.missingMomentum, missing, row: 0)
    for found in objects {
      let row = next[found.object.rawValue - 1]
      guard row < found.object.rows.upperBound else { continue }
      next[found.object.rawValue - 1] += 1
      set(found.object, found.word, row: row)
    }
  }
}

/// An object in hardware units, ordered by falling pT, then by η and φ.
private struct FoundObject: Sendable, Comparable {
  var object: LevelOneObject
  var word: TriggerWord

  init(_ object: LevelOneObject, pt: Double, eta: Double, phi: Double) {
    self.object = object
    word = TriggerScale.of(object).word(pt: pt, eta: eta, phi: phi)
  }

  static func < (a: FoundObject, b: FoundObject) -> Bool {
    if a.word.pt != b.word.pt { return a.word.pt > b.word.pt }
    return (a.word.eta, a.word.phi) < (b.word.eta, b.word.phi)
  }
}
