import WinnowEvents
import WinnowTensors

/// A file of particle-flow events, read piece by piece.
public final class ParticleFlowFile: Sendable {
  public let path: String
  public let count: Int
  private let file: HDF5File
  private let offsets: [String: [Int64]]
  private static let columns = [
    "pt", "eta", "phi", "energy", "charge", "pdg", "d0_mm", "dz_mm", "time_ps",
    "hard_fraction",
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
          "'\(path)' has no dataset '\(prefix + name)'; give a file of particle-flow events, as 'winnow simulate particle-flow' writes them"
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
    for name in ["pileup", "vertex_z_mm", "vertex_time_ps", "generated_met"] {
      guard present.contains(name), try file.dataset(name).rowCount == offsets[""]!.count - 1 else {
        throw EventError(
          "'\(path)' has no dataset '\(name)' of \(offsets[""]!.count - 1) events; simulate the file anew"
        )
      }
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
    result.time = try floats("time_ps")
    result.hardFraction = try floats("hard_fraction")
    let pileup: [Int64] = try file.dataset("pileup").values(rows: events)
    result.pileup = pileup.map { withPileup ? Int($0) : 0 }
    let z: [Float] = try file.dataset("vertex_z_mm").values(rows: events)
    let times: [Float] = try file.dataset("vertex_time_ps").values(rows: events)
    result.vertices = zip(z, times).map { SIMD2($0, $1) }
    return result
  }

  /// The weights of consecutive generated events.
  public func weights(_ events: Range<Int>) throws -> [Double] {
    try file.dataset("weight").values(rows: events)
  }

  /// x and y of the missing momentum of consecutive events as generated, GeV.
  public func generatedMissingMomentum(_ events: Range<Int>) throws -> [SIMD2<Float>] {
    let values: [Float] = try file.dataset("generated_met").values(rows: events)
    return (0..<values.count / 2).map { SIMD2(values[2 * $0], values[2 * $0 + 1]) }
  }
}
