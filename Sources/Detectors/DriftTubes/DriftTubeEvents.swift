/// Hits of events in drift tubes, as columns: event `n` owns `offsets[n]..<offsets[n + 1]`.
///
/// A tube has one hit per event, the earliest. Hits are in ascending order of layer and tube.
public struct DriftTubeEvents: Sendable, Hashable {
  /// One more than there are events, ascending from 0.
  public var offsets: [Int] = [0]
  public var layers: [UInt8] = []
  public var tubes: [UInt16] = []
  /// Measured distances from the wire, mm.
  public var driftRadii: [Float] = []
  /// The number of the track behind each hit in its event; −1 for background.
  public var tracks: [Int16] = []
  /// One per event: which one of the generator's.
  public var numbers: [Int] = []
  /// One per event.
  public var truth: [LongLivedTruth] = []
  /// One per event: whether it is kept for evaluation.
  public var isEvaluation: [Bool] = []

  public init() {}

  public var count: Int { offsets.count - 1 }
  /// The hits of an event.
  public subscript(event: Int) -> Range<Int> { offsets[event]..<offsets[event + 1] }

  /// Elements of an image: 20 layers of 333 tubes.
  public static let imageSize = 20 * DriftTubeGeometry.tubesPerLayer

  /// Images of all events, `[count, 1, 20, 333]` in C order: 1 for a tube that is hit, else 0.
  ///
  /// - Precondition: the geometry has at most 20 layers.
  public var images: [UInt8] {
    var pixels = [UInt8](repeating: 0, count: count * Self.imageSize)
    for event in 0..<count {
      for hit in self[event] {
        let place = Int(layers[hit]) * DriftTubeGeometry.tubesPerLayer + Int(tubes[hit])
        pixels[event * Self.imageSize + place] = 1
      }
    }
    return pixels
  }

  /// Appends events that come later.
  public mutating func append(_ later: DriftTubeEvents) {
    let shift = offsets.last!
    offsets += later.offsets.dropFirst().map { $0 + shift }
    layers += later.layers
    tubes += later.tubes
    driftRadii += later.driftRadii
    tracks += later.tracks
    numbers += later.numbers
    truth += later.truth
    isEvaluation += later.isEvaluation
  }
}

extension LongLivedTruth {
  /// papers/1, section 3: a decay within 0 to 1 m is background, 3 to 5 m signal, others neither.
  public var isSignal: Bool? {
    if decayLength > 0 && decayLength < 1000 { return false }
    return decayLength > 3000 && decayLength < 5000 ? true : nil
  }
}
