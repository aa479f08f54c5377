public import WinnowEvents
import WinnowTensors

/// Writes particle-flow events as HDF5, a block at a time; the file appears with ``finish()``.
///
/// | dataset | shape | |
/// |---|---|---|
/// | `offset` | [N + 1] int64 | event n owns candidates `offset[n]` to `offset[n + 1]` |
/// | `pt`, `eta`, `phi`, `energy` | [candidates] float32 | GeV, radian |
/// | `charge`, `pdg` | [candidates] int8, int32 | 0 for a neutral hadron |
/// | `d0_mm`, `dz_mm` | [candidates] float32 | to the collision of interest |
/// | `hard_fraction` | [candidates] float32 | energy from the collision of interest |
/// | `clean_…` | | the same of the same events without pileup |
/// | `pileup` | [N] int32 | pileup collisions |
/// | `generated_met` | [N, 2] float32 | x and y of the sum of invisible particles |
public final class ParticleFlowWriter {
  private let writer: HDF5Writer
  private var counts = ["": 0, "clean_": 0]
  private var isEmpty = true

  public init(_ path: String) throws { writer = try HDF5Writer(path) }

  /// Appends events.
  ///
  /// - Parameters:
  ///   - mixed: with pileup.
  ///   - clean: the same events without.
  ///   - generated: the events' particles.
  public func append(mixed: FlowCandidates, clean: FlowCandidates, generated: ParticleEvents) throws {
    guard mixed.count == clean.count, mixed.count == generated.count else {
      throw EventError(
        "\(mixed.count) events with pileup, \(clean.count) without and \(generated.count) generated ones do not belong together; simulate the same events"
      )
    }
    for (prefix, candidates) in [("", mixed), ("clean_", clean)] {
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
      try add(prefix + "hard_fraction", .float32(candidates.hardFraction))
      counts[prefix] = first + candidates.pt.count
    }
    isEmpty = false
    try add("pileup", .int32(mixed.pileup.map { Int32($0) }))
    var missing: [Float] = []
    for event in 0..<generated.count {
      let sum = generated[event].filter { generated.origin[$0].contains(.invisible) }
        .map { generated.momentum($0) }.sum
      missing += [Float(sum.px), Float(sum.py)]
    }
    try writer.append(
      NumericArray(shape: [generated.count, 2], storage: .float32(missing)), to: "generated_met",
      compression: 1, chunkRows: 4096)
  }

  public func finish() throws {
    if isEmpty {
      try append(mixed: FlowCandidates(), clean: FlowCandidates(), generated: ParticleEvents())
    }
    try writer.finish()
  }

  private func add(_ name: String, _ column: NumericArray.Storage) throws {
    try writer.append(
      NumericArray(shape: [column.count], storage: column), to: name, compression: 1,
      chunkRows: name.hasSuffix("offset") || name == "pileup" ? 4096 : 65_536)
  }
}

/// A file of particle-flow events, read piece by piece.
public final class ParticleFlowFile: Sendable {
  public let path: String
  public let count: Int
  private let file: HDF5File
  private let offsets: [String: [Int64]]
  private static let columns = [
    "pt", "eta", "phi", "energy", "charge", "pdg", "d0_mm", "dz_mm", "hard_fraction",
  ]

  /// - Throws: ``EventError`` or ``TensorFileError`` for a file that is missing, damaged, or of
  ///   another layout.
  public init(_ path: String) throws {
    self.path = path
    file = try HDF5File(contentsOf: path)
    let present = try file.datasetNames()
    var offsets: [String: [Int64]] = [:]
    for prefix in ["", "clean_"] {
      for name in ["offset"] + Self.columns where !present.contains(prefix + name) {
        throw EventError(
          "'\(path)' has no dataset '\(prefix + name)'; give a file that 'winnow simulate particle-flow' wrote"
        )
      }
      let column = try file.dataset(prefix + "offset")
      let starts: [Int64] = try column.values(rows: 0..<column.rowCount)
      guard starts.first == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw EventError("\(column.source) does not ascend from 0; simulate the file anew")
      }
      for name in Self.columns {
        let column = try file.dataset(prefix + name)
        guard column.shape == [Int(starts.last!)] else {
          throw EventError(
            "\(column.source) has shape \(column.shape); [\(starts.last!)] was expected")
        }
      }
      offsets[prefix] = starts
    }
    guard offsets[""]!.count == offsets["clean_"]!.count else {
      throw EventError(
        "'\(path)' holds \(offsets[""]!.count - 1) events with pileup and \(offsets["clean_"]!.count - 1) without; simulate the file anew"
      )
    }
    self.offsets = offsets
    count = offsets[""]!.count - 1
  }

  /// Reads consecutive events, with their pileup or without.
  public func read(_ events: Range<Int>, withPileup: Bool = true) throws -> FlowCandidates {
    guard events.lowerBound >= 0, events.upperBound <= count else {
      throw EventError(
        "'\(path)' has \(count) events; events \(events.lowerBound) to \(events.upperBound) were asked for"
      )
    }
    let prefix = withPileup ? "" : "clean_"
    let starts = offsets[prefix]!
    let rows = Int(starts[events.lowerBound])..<Int(starts[events.upperBound])
    func floats(_ name: String) throws -> [Float] {
      try file.dataset(prefix + name).values(rows: rows)
    }
    func integers(_ name: String) throws -> [Int64] {
      try file.dataset(prefix + name).values(rows: rows)
    }
    var result = FlowCandidates()
    result.offsets = starts[events.lowerBound...events.upperBound].map { Int($0) - rows.lowerBound }
    result.pt = try floats("pt")
    result.eta = try floats("eta")
    result.phi = try floats("phi")
    result.energy = try floats("energy")
    result.charge = try integers("charge").map { Int8(clamping: $0) }
    result.pdg = try integers("pdg").map { Int32(clamping: $0) }
    result.d0 = try floats("d0_mm")
    result.dz = try floats("dz_mm")
    result.hardFraction = try floats("hard_fraction")
    let pileup: [Int64] = try file.dataset("pileup").values(rows: events)
    result.pileup = pileup.map { withPileup ? Int($0) : 0 }
    return result
  }

  /// x and y of the missing momentum of consecutive events as generated, GeV.
  public func generatedMissingMomentum(_ events: Range<Int>) throws -> [SIMD2<Float>] {
    let values: [Float] = try file.dataset("generated_met").values(rows: events)
    return (0..<values.count / 2).map { SIMD2(values[2 * $0], values[2 * $0 + 1]) }
  }
}

extension ParticleFlowResponse {
  /// Simulates the events of a file and writes them with and without pileup, a block at a time.
  ///
  /// - Parameter progress: called with the number of events written.
  /// - Returns: the particles that the model does not take; each is counted for both versions.
  public func write(
    _ file: ParticleEventFile, events numbers: Range<Int>, pileup: PileupLibrary, to path: String,
    block: Int = 100, progress: (Int) throws -> Void = { _ in }
  ) throws -> SkippedParticles {
    let writer = try ParticleFlowWriter(path)
    var workspace = workspace()
    for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: block) {
      let last = min(first + block, numbers.upperBound)
      let generated = try file.read(first..<last)
      var (mixed, clean) = (FlowCandidates(), FlowCandidates())
      for event in 0..<generated.count {
        append(generated, event, number: first + event, pileup: pileup, &workspace, to: &mixed)
        append(generated, event, number: first + event, pileup: nil, &workspace, to: &clean)
      }
      try writer.append(mixed: mixed, clean: clean, generated: generated)
      try progress(last - numbers.lowerBound)
    }
    try writer.finish()
    return workspace.skipped
  }
}
