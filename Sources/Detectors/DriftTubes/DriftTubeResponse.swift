#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowTensors
import WinnowEvents

/// What drift tubes make of tracks: hits with a measured radius, and background hits.
public struct DriftTubeResponse: Sendable, Hashable {
  public var geometry = DriftTubeGeometry.atlasBarrel
  public var toroid = BarrelToroid()
  /// The chance that a track through a tube's gas makes a hit. Our choice of source: 98.5 %,
  /// measured for tubes of half the diameter with the same gas and pressure (arXiv:2105.09263). The
  /// walls' 3 % between the gas of neighbouring tubes come on top, by the geometry.
  public var efficiency = 0.985
  /// The standard deviation of a drift radius in mm: 81.7 ± 2.2 µm on average over the chambers in
  /// Run 2 (ATLAS Collaboration, JINST 14 (2019) P09011). Its rise towards the wire is left out.
  public var resolution = 0.0817
  /// Counts of neutrons and photons per area of a tube in Hz/mm²: 10 Hz/cm², our choice, the order
  /// of what the barrel was designed for at 10³⁴ cm⁻²s⁻¹ (CERN/LHCC 97-22). papers/1 takes "the
  /// measured average rate" and prints no number; Run 2 reached 500 Hz/cm² in the hottest chambers,
  /// the inner end-caps', which are not simulated.
  public var backgroundRate = 0.10
  /// The time in ns that is read out for a trigger: 1.3 µs, the maximum drift time of 0.7 µs and
  /// margins (Y. Arai et al., JINST 3 (2008) P09001).
  public var readoutWindow = 1300.0

  public init() {}

  /// - Throws: ``EventError`` for numbers that no detector has.
  public func validate() throws {
    guard efficiency >= 0, efficiency <= 1, resolution >= 0, resolution.isFinite,
      backgroundRate >= 0, backgroundRate.isFinite, readoutWindow >= 0, readoutWindow.isFinite
    else {
      throw EventError(
        "an efficiency of \(efficiency), a resolution of \(resolution) mm, a background of "
          + "\(backgroundRate) Hz/mm² or a window of \(readoutWindow) ns cannot be simulated; "
          + "give an efficiency of 0 to 1 and others that are not negative")
    }
    guard (1...20).contains(geometry.layers.count) else {
      throw EventError("an image has 20 layers; the geometry has \(geometry.layers.count)")
    }
  }

  /// The chance of a background hit in a tube: `1 − exp(−rate × diameter × length × window)`.
  public func occupancy(layer: Int) -> Double {
    let area = DriftTubeGeometry.tubeDiameter * 2 * geometry.layers[layer].halfTubeLength
    return 1 - exp(-backgroundRate * area * readoutWindow * 1e-9)
  }

  /// Appends an event.
  ///
  /// - Parameters:
  ///   - stream: the event's own; what is drawn depends on it and the tracks only.
  ///   - workspace: kept from event to event, so that nothing is allocated for each.
  public func append(
    _ tracks: [SectorTrack], number: Int, truth: LongLivedTruth, isEvaluation: Bool = false,
    stream: inout RandomStream, workspace: inout DriftTubeWorkspace,
    to events: inout DriftTubeEvents
  ) {
    workspace.prepare(layers: geometry.layers.count)
    for (index, track) in tracks.enumerated() {
      guard let path = ToroidPath(track, in: toroid) else { continue }
      for layer in geometry.layers.indices {
        let plane = geometry.layers[layer]
        if let crossing = path.outward(to: plane.radius) {
          hit(layer, crossing, Int16(truncatingIfNeeded: index), &stream, &workspace)
        }
        if let crossing = path.backward(to: plane.radius, end: toroid.outerRadius) {
          hit(layer, crossing, Int16(truncatingIfNeeded: index), &stream, &workspace)
        }
      }
    }
    addBackground(&stream, &workspace)
    workspace.hits.sort()
    for place in workspace.hits {
      let (layer, tube) = place.quotientAndRemainder(dividingBy: DriftTubeGeometry.tubesPerLayer)
      events.layers.append(UInt8(layer))
      events.tubes.append(UInt16(tube))
      events.driftRadii.append(workspace.radii[place])
      events.tracks.append(workspace.tracks[place])
    }
    workspace.clear()
    events.offsets.append(events.layers.count)
    events.numbers.append(number)
    events.truth.append(truth)
    events.isEvaluation.append(isEvaluation)
  }

  /// Hits of the tubes of a layer whose gas the track crosses: those whose wire it passes at less
  /// than the gas's radius, taking the track as straight within a layer.
  private func hit(
    _ layer: Int, _ crossing: PlaneCrossing, _ track: Int16, _ stream: inout RandomStream,
    _ workspace: inout DriftTubeWorkspace
  ) {
    let plane = geometry.layers[layer]
    guard abs(crossing.y) <= plane.halfTubeLength else { return }
    let slant = abs(crossing.cosine)
    let reach = DriftTubeGeometry.gasRadius / max(slant, 1e-6)
    let last = Double(DriftTubeGeometry.tubesPerLayer - 1)
    let place = (crossing.z - plane.firstWire) / DriftTubeGeometry.pitch
    let low = max((place - reach / DriftTubeGeometry.pitch).rounded(.up), 0)
    let high = min((place + reach / DriftTubeGeometry.pitch).rounded(.down), last)
    guard low <= high else { return }
    for tube in Int(low)...Int(high) {
      guard stream.uniform() < efficiency else { continue }
      let distance = abs(place - Double(tube)) * DriftTubeGeometry.pitch * slant
      let measured = abs(distance + resolution * stream.gaussian())
      workspace.add(
        layer * DriftTubeGeometry.tubesPerLayer + tube,
        Float(min(measured, DriftTubeGeometry.gasRadius)), track)
    }
  }

  /// Independent hits in every tube, found by the geometric distance from one to the next; their
  /// radii are even, as of hits at any time with a constant drift velocity (our choice).
  private func addBackground(
    _ stream: inout RandomStream, _ workspace: inout DriftTubeWorkspace
  ) {
    let tubes = DriftTubeGeometry.tubesPerLayer
    var layer = 0
    while layer < geometry.layers.count {
      let station = geometry.layers[layer].station
      var end = layer
      while end < geometry.layers.count, geometry.layers[end].station == station { end += 1 }
      let chance = occupancy(layer: layer)
      if chance > 0 {
        let scale = 1 / log(1 - chance)
        var place = layer * tubes
        while true {
          let gap = log(1 - stream.uniform()) * scale
          guard gap < Double(end * tubes - place) else { break }
          place += Int(gap)
          let radius = stream.uniform() * DriftTubeGeometry.gasRadius
          workspace.add(place, Float(radius), -1)
          place += 1
        }
      }
      layer = end
    }
  }
}

/// The tubes of the event at hand.
public struct DriftTubeWorkspace: Sendable {
  var radii: [Float] = []
  var tracks: [Int16] = []
  var hits: [Int] = []

  public init() {}

  mutating func prepare(layers: Int) {
    let count = layers * DriftTubeGeometry.tubesPerLayer
    guard radii.count != count else { return }
    radii = [Float](repeating: .infinity, count: count)
    tracks = [Int16](repeating: -1, count: count)
  }

  /// A tube measures what comes first: the smallest radius.
  mutating func add(_ place: Int, _ radius: Float, _ track: Int16) {
    if radii[place] == .infinity { hits.append(place) }
    guard radius < radii[place] else { return }
    radii[place] = radius
    tracks[place] = track
  }

  mutating func clear() {
    for place in hits { radii[place] = .infinity }
    hits.removeAll(keepingCapacity: true)
  }
}
