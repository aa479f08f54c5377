public import WinnowEvents
import WinnowTensors

/// Writes particle-flow events as HDF5, a block at a time; the file appears with ``finish()``.
///
/// | dataset | shape | |
/// |---|---|---|
/// | `offset` | [N + 1] int64 | event n owns candidates `offset[n]` to `offset[n + 1]` |
/// | `pt`, `eta`, `phi`, `energy` | [candidates] float32 | GeV, radian |
/// | `charge`, `pdg` | [candidates] int8, int32 | 0 for a neutral hadron |
/// | `d0_mm`, `dz_mm` | [candidates] float32 | dz from the collision of interest |
/// | `time_ps` | [candidates] float32 | 0 where not measured |
/// | `hard_fraction` | [candidates] float32 | energy from the collision of interest |
/// | `clean_…` | | all of the above of the same events without pileup |
/// | `pileup` | [N] int32 | pileup collisions |
/// | `vertex_z_mm`, `vertex_time_ps` | [N] float32 | the collision of interest |
/// | `generated_met` | [N, 2] float32 | x and y of the sum of invisible particles, GeV |
/// | `weight` | [N] float64 | of the generated event |
/// | `features` | [candidates, 16] float32 | ``FlowCandidates/featureNames``, where weights are given |
public final class ParticleFlowWriter {
  private let writer: HDF5Writer
  private var counts = ["": 0, "clean_": 0]
  private var isEmpty = true
  private var hasFeatures: Bool?

  public init(_ path: String) throws { writer = try HDF5Writer(path) }

  /// Appends events.
  ///
  /// - Parameters:
  ///   - mixed: with pileup.
  ///   - clean: the same events without.
  ///   - generated: the events' particles.
  ///   - puppiWeights: of the mixed candidates; for all blocks or for none.
  /// - Throws: ``EventError`` for parts that do not belong together.
  public func append(
    mixed: FlowCandidates, clean: FlowCandidates, generated: ParticleEvents,
    puppiWeights: [Float]? = nil
  ) throws {
    guard mixed.count == clean.count, mixed.count == generated.count else {
      throw EventError(
        "\(mixed.count) events with pileup, \(clean.count) without and \(generated.count) generated ones do not belong together; simulate the same events"
      )
    }
    guard puppiWeights.map({ $0.count == mixed.candidateCount }) ?? true,
      hasFeatures.map({ $0 == (puppiWeights != nil) }) ?? true
    else {
      throw EventError(
        "\(puppiWeights?.count ?? 0) PUPPI weights do not belong to \(mixed.candidateCount) candidates; give one for each in every block, or none at all"
      )
    }
    hasFeatures = puppiWeights != nil
    try append(mixed, prefix: "")
    try append(clean, prefix: "clean_")
    isEmpty = false
    try add("pileup", .int32(mixed.pileup.map { Int32($0) }))
    try add("vertex_z_mm", .float32(mixed.vertices.map(\.x)))
    try add("vertex_time_ps", .float32(mixed.vertices.map(\.y)))
    try add("weight", .float64(generated.weights))
    try add("generated_met", .float32(missingMomentum(generated)), width: 2)
    if let puppiWeights {
      let rows = mixed.features(0..<mixed.candidateCount, puppiWeights: puppiWeights)
      try add("features", .float32(rows), width: FlowCandidates.featureNames.count)
    }
  }

  public func finish() throws {
    if isEmpty {
      try append(mixed: FlowCandidates(), clean: FlowCandidates(), generated: ParticleEvents())
    }
    if hasFeatures == true {
      try writer.write(strings: FlowCandidates.featureNames, as: "feature_names")
    }
    try writer.finish()
  }

  private func append(_ candidates: FlowCandidates, prefix: String) throws {
    let first = counts[prefix]!
    if isEmpty { try add(prefix + "offset", .int64([0])) }
    try add(prefix + "offset", .int64(candidates.offsets.dropFirst().map { Int64($0 + first) }))
    try add(prefix + "pt", .float32(candidates.pt))
    try add(prefix + "eta", .float32(candidates.eta))
    try add(prefix + "phi", .float32(candidates.phi))
    try add(prefix + "energy", .float32(candidates.energy))
    try add(prefix + "charge", .int8(candidates.charge))
    try add(prefix + "pdg", .int32(candidates.pdg))
    try add(prefix + "d0_mm", .float32(candidates.d0))
    try add(prefix + "dz_mm", .float32(candidates.dz))
    try add(prefix + "time_ps", .float32(candidates.time))
    try add(prefix + "hard_fraction", .float32(candidates.hardFraction))
    counts[prefix] = first + candidates.candidateCount
  }

  /// x and y of what no detector sees of each event.
  private func missingMomentum(_ generated: ParticleEvents) -> [Float] {
    (0..<generated.count).flatMap { event -> [Float] in
      let sum = generated[event].filter {
        generated.origin[$0].contains(.invisible)
          || ParticleSpecies(generated.pdg[$0]).isNeutrino
      }.map { generated.momentum($0) }.sum
      return [Float(sum.px), Float(sum.py)]
    }
  }

  private func add(_ name: String, _ column: NumericArray.Storage, width: Int = 1) throws {
    let rows = column.count / width
    let isPerEvent =
      name.hasSuffix("offset") || name.hasPrefix("vertex") || width == 2
      || ["pileup", "weight"].contains(name)
    try writer.append(
      NumericArray(shape: width == 1 ? [rows] : [rows, width], storage: column), to: name,
      compression: 1, chunkRows: isPerEvent ? 4096 : 65_536 / width)
  }
}

extension ParticleFlowResponse {
  /// Simulates the events of a file and writes them with and without pileup, a block at a time.
  ///
  /// - Parameters:
  ///   - block: events in memory at a time.
  ///   - puppiWeights: weighs the candidates of an event of the block; called event by event, in
  ///     order.
  ///   - progress: called after each event with the number simulated.
  ///   - watch: sees each block before it is written.
  /// - Returns: the particles that the model does not take.
  public func write(
    _ file: ParticleEventFile, events numbers: Range<Int>, pileup: PileupLibrary, to path: String,
    block: Int = 100, puppiWeights: ((FlowCandidates, Int) throws -> [Float])? = nil,
    progress: (Int) throws -> Void = { _ in },
    watch: (SimulatedFlow) throws -> Void = { _ in }
  ) throws -> SkippedParticles {
    precondition(block > 0, "a block holds at least one event")
    let writer = try ParticleFlowWriter(path)
    var workspace = workspace()
    for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: block) {
      let last = min(first + block, numbers.upperBound)
      let generated = try file.read(first..<last)
      var (mixed, clean) = (FlowCandidates(), FlowCandidates())
      for event in 0..<generated.count {
        append(generated, event, number: first + event, pileup: pileup, &workspace, to: &mixed)
        // The same particles are skipped again; they count once.
        let skipped = workspace.skipped
        append(generated, event, number: first + event, pileup: nil, &workspace, to: &clean)
        workspace.skipped = skipped
        try progress(first + event + 1 - numbers.lowerBound)
      }
      let weights = try puppiWeights.map { weigh in
        try (0..<mixed.count).flatMap { try weigh(mixed, $0) }
      }
      try watch(
        SimulatedFlow(
          generated: generated, mixed: mixed, clean: clean, puppiWeights: weights ?? [],
          firstEvent: first))
      try writer.append(mixed: mixed, clean: clean, generated: generated, puppiWeights: weights)
    }
    try writer.finish()
    return workspace.skipped
  }
}
