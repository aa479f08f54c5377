import WinnowDetectors
import WinnowReports

/// An event to be drawn: its hits and the true paths of its tracks.
struct DriftTubeDisplay: Sendable {
  /// Its place in the page's list.
  var choice: DriftTubeReport.Choice
  var number: Int
  var truth: LongLivedTruth
  var layers: [Int]
  var tubes: [Int]
  var radii: [Double]
  /// Polylines in tubes and layers.
  var tracks: [[(x: Double, y: Double)]]
  var background: Int
}

extension DriftTubeReport {
  /// Which event is drawn: the first with this many products and such a decay length, mm.
  struct Choice: Sendable, Hashable {
    var name: String
    var title: String
    var multiplicity: Int
    var decayLengths: ClosedRange<Double>
  }

  static let choices = [
    Choice(
      name: "display-near", title: "A decay near the beam", multiplicity: 4,
      decayLengths: 200...1000),
    Choice(
      name: "display-far", title: "A decay behind the calorimeters", multiplicity: 4,
      decayLengths: 4250...4800),
  ]

  mutating func keepDisplay(_ events: DriftTubeEvents, _ event: Int, _ paths: [ToroidPath?]) {
    let truth = events.truth[event]
    for choice in Self.choices
    where choice.multiplicity == truth.multiplicity
      && choice.decayLengths.contains(truth.decayLength)
      && !displays.contains(where: { $0.choice == choice })
    {
      let hits = events[event]
      displays.append(
        DriftTubeDisplay(
          choice: choice, number: events.numbers[event], truth: truth,
          layers: hits.map { Int(events.layers[$0]) }, tubes: hits.map { Int(events.tubes[$0]) },
          radii: hits.map { Double(events.driftRadii[$0]) },
          tracks: paths.compactMap { $0.map(polyline) }.filter { $0.count > 1 },
          background: hits.count { events.tracks[$0] < 0 }))
    }
  }

  /// A track's way through the layers, out and, where the field turns it, back.
  private func polyline(_ path: ToroidPath) -> [(x: Double, y: Double)] {
    let (geometry, end) = (sample.response.geometry, sample.response.toroid.outerRadius)
    func points(_ layers: [Int], _ crossing: (Double) -> PlaneCrossing?) -> [(x: Double, y: Double)] {
      layers.compactMap { layer in
        let plane = geometry.layers[layer]
        guard let found = crossing(plane.radius), abs(found.y) <= plane.halfTubeLength else {
          return nil
        }
        let tube = (found.z - plane.firstWire) / DriftTubeGeometry.pitch
        return tube > -0.5 && tube < Double(DriftTubeGeometry.tubesPerLayer) - 0.5
          ? (x: tube, y: Double(layer)) : nil
      }
    }
    let layers = Array(geometry.layers.indices)
    return points(layers) { path.outward(to: $0) }
      + points(layers.reversed()) { path.backward(to: $0, end: end) }
  }

  /// The events as images, in the order of ``choices``.
  func displayFigures() throws -> [Figure] {
    try Self.choices.compactMap { choice in displays.first { $0.choice == choice } }.map { event in
      var figure = try HitMap(
        layers: event.layers, channels: event.tubes, values: event.radii, tracks: event.tracks
      ).figure(
        event.choice.name,
        title: "\(event.choice.title): L_{r} = \(fixed(event.truth.decayLength / 1000, places: 2)) m",
        layerCount: sample.response.geometry.layers.count,
        channelCount: DriftTubeGeometry.tubesPerLayer, valueLabel: "drift radius [mm]")
      figure.caption +=
        " Event \(event.number): \(event.truth.multiplicity) products of a particle of \(fixed(event.truth.momentum, places: 0)) GeV, \(event.layers.count - event.background) hits of tracks and \(event.background) of background."
      return figure
    }
  }
}
