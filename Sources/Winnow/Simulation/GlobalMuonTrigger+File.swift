public import WinnowDetectors
public import WinnowEvents
import WinnowTensors

extension GlobalMuonTrigger {
  /// Simulates a file of generated events into a file of trigger muons.
  ///
  /// Datasets: `offset` [N + 1] int64 (event n owns muons `offset[n]` to `offset[n + 1]`), `words`
  /// [muons, 2 or 3] uint32 in the era's layout, `pt`, `eta`, `phi`, `charge`, `quality` as they are
  /// in the words (GeV, radian; direction at the vertex), and `offline_pt`, `offline_eta`,
  /// `offline_phi`, `offline_charge`, the muon that offline reconstruction would find; `weight` [N] of
  /// the generated event.
  ///
  /// - Parameters:
  ///   - progress: called with the number of events done.
  ///   - watch: sees each block of generated events, its muons, and the number of the first event.
  /// - Throws: ``EventError`` or `TensorFileError`: one sentence. No file is left behind.
  public func run(
    events: String, output: String, seed: UInt64, era: MuonWordEra,
    progress: (Int) -> Void = { _ in },
    watch: (ParticleEvents, TriggerMuonEvents, Int) throws -> Void = { _, _, _ in }
  ) throws -> SimulatedEvents {
    try EventFile.check(output: output, isNotOneOf: [events])
    let file = try ParticleEventFile(events)
    let writer = try HDF5Writer(output)
    var (muons, skipped, isEmpty) = (0, SkippedParticles(), true)
    func add(_ name: String, _ storage: NumericArray.Storage) throws {
      try writer.append(
        NumericArray(shape: [storage.count], storage: storage), to: name, compression: 1,
        chunkRows: 4096)
    }
    try file.forEachBlock(size: 1000) { block, first in
      let found = simulate(block, seed: seed, firstEvent: first)
      try watch(block, found, first)
      if isEmpty { try add("offset", .int64([0])) }
      isEmpty = false
      try add("offset", .int64(found.offsets.dropFirst().map { Int64($0 + muons) }))
      let words = try found.muons.flatMap { try era.pack($0) }
      try writer.append(
        NumericArray(
          shape: [found.muons.count, era.wordCount], storage: .uint32(words)),
        to: "words", compression: 1, chunkRows: 4096)
      try add("pt", .float32(found.muons.map { Float($0.pt) }))
      try add("eta", .float32(found.muons.map { Float($0.pseudorapidity) }))
      try add("phi", .float32(found.muons.map { Float($0.azimuth) }))
      try add("charge", .int8(found.muons.map { Int8($0.charge) }))
      try add("quality", .uint8(found.muons.map { UInt8($0.quality) }))
      try add("offline_pt", .float32(found.offline.map { Float($0.pt) }))
      try add("offline_eta", .float32(found.offline.map { Float($0.eta) }))
      try add("offline_phi", .float32(found.offline.map { Float($0.phi) }))
      try add("offline_charge", .int8(found.offline.map { Int8($0.charge) }))
      try add("weight", .float64(block.weights))
      muons += found.muons.count
      skipped.add(found.skips)
      progress(first + block.count)
    }
    if isEmpty { try add("offset", .int64([0])) }
    try writer.finish()
    return SimulatedEvents(read: file.count, written: file.count, skipped: skipped)
  }
}
