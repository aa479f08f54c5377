import WinnowEvents
import WinnowTensors

/// Writes drift-tube events as HDF5, a block at a time; the file appears with ``finish()``.
///
/// | dataset | shape | |
/// |---|---|---|
/// | `images` | [N, 1, 20, 333] uint8 | 1 for a tube that is hit |
/// | `decay_length_m` | [N] float32 | L_r in metres, what the paper's network predicts |
/// | `label` | [N] int8 | 1 signal (3–5 m), 0 background (0–1 m), −1 neither |
/// | `multiplicity` | [N] uint8 | charged products |
/// | `evaluation` | [N] uint8 | 1 for the fifth that is kept for evaluation |
/// | `llp_eta`, `llp_momentum` | [N] float32 | of the long-lived particle, GeV |
/// | `event` | [N] int64 | number of the event in its sample |
/// | `hit_offset` | [N + 1] int64 | event n owns hits `hit_offset[n]` to `hit_offset[n + 1]` |
/// | `hit_layer`, `hit_tube` | [hits] uint8, uint16 | |
/// | `hit_radius_mm` | [hits] float32 | measured drift radius |
/// | `hit_track` | [hits] int16 | track behind the hit, −1 background |
public final class DriftTubeWriter {
  private let writer: HDF5Writer
  private var hits = 0
  private var isEmpty = true

  public init(_ path: String) throws { writer = try HDF5Writer(path) }

  public func append(_ events: DriftTubeEvents) throws {
    if isEmpty { try add("hit_offset", .int64([0])) }
    isEmpty = false
    try writer.append(
      NumericArray(
        shape: [events.count, 1, 20, DriftTubeGeometry.tubesPerLayer],
        storage: .uint8(events.images)),
      to: "images", compression: 1, chunkRows: 64)
    let truth = events.truth
    try add("decay_length_m", .float32(truth.map { Float($0.decayLength / 1000) }))
    try add("label", .int8(truth.map { $0.isSignal.map { $0 ? 1 : 0 } ?? -1 }))
    try add("multiplicity", .uint8(truth.map { UInt8(clamping: $0.multiplicity) }))
    try add("evaluation", .uint8(events.isEvaluation.map { $0 ? 1 : 0 }))
    try add("llp_eta", .float32(truth.map { Float($0.pseudorapidity) }))
    try add("llp_momentum", .float32(truth.map { Float($0.momentum) }))
    try add("event", .int64(events.numbers.map { Int64($0) }))
    try add("hit_offset", .int64(events.offsets.dropFirst().map { Int64($0 + hits) }))
    try add("hit_layer", .uint8(events.layers))
    try add("hit_tube", .uint16(events.tubes))
    try add("hit_radius_mm", .float32(events.driftRadii))
    try add("hit_track", .int16(events.tracks))
    hits += events.offsets.last!
  }

  public func finish() throws {
    if isEmpty { try append(DriftTubeEvents()) }
    try writer.finish()
  }

  private func add(_ name: String, _ column: NumericArray.Storage) throws {
    try writer.append(
      NumericArray(shape: [column.count], storage: column), to: name, compression: 1,
      chunkRows: 4096)
  }
}

/// A file of drift-tube events, read piece by piece.
public final class DriftTubeFile: Sendable {
  public let path: String
  public let count: Int
  private let file: HDF5File
  private let offsets: [Int64]

  /// - Throws: ``EventError`` or ``TensorFileError`` for a file that is missing, damaged, or of
  ///   another layout.
  public init(_ path: String) throws {
    self.path = path
    file = try HDF5File(contentsOf: path)
    let present = try file.datasetNames()
    for name in ["hit_offset", "hit_layer", "hit_tube", "hit_radius_mm", "decay_length_m"]
    where !present.contains(name) {
      throw EventError(
        "'\(path)' has no dataset '\(name)'; give a file of drift-tube events")
    }
    let column = try file.dataset("hit_offset")
    offsets = try column.values(rows: 0..<column.rowCount)
    guard offsets.first == 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw EventError("\(column.source) does not ascend from 0; simulate the file anew")
    }
    count = offsets.count - 1
    for name in ["hit_layer", "hit_tube", "hit_radius_mm", "hit_track"] {
      try check(name, rows: Int(offsets.last!))
    }
    for name in [
      "decay_length_m", "multiplicity", "evaluation", "llp_eta", "llp_momentum", "event",
    ] { try check(name, rows: count) }
  }

  private func check(_ name: String, rows: Int) throws {
    let column = try file.dataset(name)
    guard column.shape == [rows] else {
      throw EventError("\(column.source) has shape \(column.shape); [\(rows)] was expected")
    }
  }

  /// Reads consecutive events.
  public func read(_ events: Range<Int>) throws -> DriftTubeEvents {
    guard events.lowerBound >= 0, events.upperBound <= count else {
      throw EventError(
        "'\(path)' has \(count) events; events \(events.lowerBound) to \(events.upperBound) were "
          + "asked for"
      )
    }
    let hits = Int(offsets[events.lowerBound])..<Int(offsets[events.upperBound])
    var result = DriftTubeEvents()
    result.offsets = offsets[events.lowerBound...events.upperBound].map {
      Int($0) - hits.lowerBound
    }
    let layers: [Int64] = try column("hit_layer", hits)
    let tubes: [Int64] = try column("hit_tube", hits)
    let layerCount = Int64(DriftTubeGeometry.atlasBarrel.layers.count)
    for (layer, tube) in zip(layers, tubes) {
      guard (0..<layerCount).contains(layer),
        (0..<Int64(DriftTubeGeometry.tubesPerLayer)).contains(tube)
      else {
        throw EventError(
          "'\(path)' holds a hit in layer \(layer), tube \(tube); there are 20 layers of 333 tubes")
      }
    }
    result.layers = layers.map { UInt8($0) }
    result.tubes = tubes.map { UInt16($0) }
    result.driftRadii = try column("hit_radius_mm", hits)
    let tracks: [Int64] = try column("hit_track", hits)
    result.tracks = tracks.map { Int16(clamping: $0) }
    let numbers: [Int64] = try column("event", events)
    result.numbers = numbers.map { Int($0) }
    let lengths: [Float] = try column("decay_length_m", events)
    guard result.driftRadii.allSatisfy({ $0 >= 0 && $0.isFinite }),
      lengths.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw EventError(
        "'\(path)' holds a drift radius or decay length that is negative or not a number within "
          + "events \(events.lowerBound) to \(events.upperBound); simulate the file anew")
    }
    let etas: [Float] = try column("llp_eta", events)
    let momenta: [Float] = try column("llp_momentum", events)
    let multiplicities: [Int64] = try column("multiplicity", events)
    let evaluation: [Int64] = try column("evaluation", events)
    result.isEvaluation = evaluation.map { $0 != 0 }
    result.truth = (0..<events.count).map {
      LongLivedTruth(
        decayLength: Double(lengths[$0]) * 1000, pseudorapidity: Double(etas[$0]),
        momentum: Double(momenta[$0]), multiplicity: Int(multiplicities[$0]))
    }
    return result
  }

  private func column<Value: HDF5Number>(_ name: String, _ rows: Range<Int>) throws -> [Value] {
    try file.dataset(name).values(rows: rows)
  }
}
