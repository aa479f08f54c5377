import WinnowTensors

/// The sample of papers/1: toy decays seen by drift tubes, event by event from one seed.
///
///     let sample = LongLivedSample(seed: 1)
///     try sample.write(events: 0..<45_000, to: "long-lived.h5")
///
/// An event depends on the seed and its number alone, so that any order and any number of threads
/// give the same events. About 20 µs per event on one core.
public struct LongLivedSample: Sendable, Hashable {
  /// papers/1: 5,000 images of each of nine multiplicities.
  public static let publishedCount = 45_000
  /// papers/1: 80 % of the images train, the rest evaluate, at random.
  public static let evaluationFraction = 0.2

  public var decay: LongLivedDecay
  public var response: DriftTubeResponse
  private let stream: RandomStream

  public init(
    seed: UInt64, decay: LongLivedDecay = LongLivedDecay(),
    response: DriftTubeResponse = DriftTubeResponse()
  ) {
    self.decay = decay
    self.response = response
    stream = RandomStream(seed: seed, label: "long-lived particles in drift tubes")
  }

  /// Consecutive events.
  public func events(_ numbers: Range<Int>) -> DriftTubeEvents {
    var events = DriftTubeEvents()
    var workspace = DriftTubeWorkspace()
    var tracks: [SectorTrack] = []
    for number in numbers {
      let event = stream.child(UInt64(bitPattern: Int64(number)))
      var (decays, hits, splits) = (event.child(0), event.child(1), event.child(2))
      let truth = decay.draw(event: number, from: &decays, into: &tracks)
      response.append(
        tracks, number: number, truth: truth,
        isEvaluation: splits.uniform() < Self.evaluationFraction, stream: &hits,
        workspace: &workspace, to: &events)
    }
    return events
  }

  /// The products of an event's decay as they start, in the order of ``DriftTubeEvents/tracks``.
  public func products(of number: Int) -> [SectorTrack] {
    var decays = stream.child(UInt64(bitPattern: Int64(number))).child(0)
    var tracks: [SectorTrack] = []
    _ = decay.draw(event: number, from: &decays, into: &tracks)
    return tracks
  }

  /// Writes events to an HDF5 file, a block at a time; the file appears when it is whole.
  ///
  /// - Parameters:
  ///   - progress: called with the number of events written.
  ///   - watch: sees each block before it is written, for a report.
  /// - Throws: ``EventError`` for settings that cannot be simulated, ``TensorFileError`` for a file
  ///   that cannot be written, or what `progress` throws.
  public func write(
    events numbers: Range<Int>, to path: String, block: Int = 1000,
    progress: (Int) throws -> Void = { _ in },
    watch: (DriftTubeEvents) throws -> Void = { _ in }
  ) throws {
    try decay.validate()
    try response.validate()
    let writer = try DriftTubeWriter(path)
    for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: block) {
      let last = min(first + block, numbers.upperBound)
      let found = events(first..<last)
      try watch(found)
      try writer.append(found)
      try progress(last - numbers.lowerBound)
    }
    try writer.finish()
  }
}
