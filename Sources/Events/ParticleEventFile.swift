import WinnowTensors

/// A file of generated events, read piece by piece.
///
///     let file = try ParticleEventFile("minbias.npz")
///     for first in stride(from: 0, to: file.count, by: 1000) {
///       let events = try file.read(first..<min(first + 1000, file.count))
///     }
///
/// NPZ or HDF5 with the columns `offset`, `pt` [GeV], `eta`, `phi`, `pdg` and, where present,
/// `mass` [GeV], `charge`, `origin`, `vtx_mm` [mm] per particle, `weight` and `process` per event,
/// and the truth rows in which muons from decays in flight find their parents, as `winnow generate` and `gen_samples.py` write them. Missing masses and charges are those of
/// the species, missing weights 1. Compressed NPZ arrays are expanded in memory; HDF5 files and
/// uncompressed NPZ files of any size take the memory of the events asked for.
public final class ParticleEventFile: Sendable {
  public let path: String
  /// Events in the file.
  public let count: Int
  private let offsets: [Int]
  let columns: [String: any ArrayRows]
  /// Where each event's truth rows begin; empty without them.
  let truthOffsets: [Int]

  /// - Throws: ``EventError`` or ``TensorFileError`` for a file that is missing, damaged, or of
  ///   another layout.
  public init(_ path: String) throws {
    self.path = path
    let file = try EventColumns(path)
    let rows = try file.rows("offset", count: nil)
    guard rows.rowCount > 0 else {
      throw EventError("\(rows.source) is empty; it must begin with 0")
    }
    let starts: [Double] = try rows.values(0..<rows.rowCount)
    guard starts[0] == 0 else {
      throw EventError("\(rows.source) begins with \(starts[0]); it must begin with 0")
    }
    for event in 1..<max(starts.count, 1) where !(starts[event] >= starts[event - 1]) {
      throw EventError(
        "\(rows.source) falls from \(starts[event - 1]) to \(starts[event]) at event \(event - 1); offsets must ascend"
      )
    }
    guard starts.last! < 0x1p53 else {
      throw EventError("\(rows.source) ends with \(starts.last!), which is no count")
    }
    offsets = starts.map { Int($0) }
    count = offsets.count - 1
    let particles = offsets.last!
    var columns: [String: any ArrayRows] = [:]
    for name in ["pt", "eta", "phi", "pdg"] { columns[name] = try file.rows(name, count: particles) }
    for name in ["mass", "charge", "origin"] where file.contains(name) {
      columns[name] = try file.rows(name, count: particles)
    }
    if file.contains("vtx_mm") {
      columns["vtx_mm"] = try file.rows("vtx_mm", count: particles, elements: 3)
    }
    for name in ["weight", "process"] where file.contains(name) {
      columns[name] = try file.rows(name, count: count)
    }
    truthOffsets = try Self.truth(file, events: count, particles: particles, &columns)
    self.columns = columns
  }

  /// Reads consecutive events.
  ///
  /// - Throws: ``EventError`` for a number that no event can hold, naming the event and column.
  public func read(_ events: Range<Int>) throws -> ParticleEvents {
    guard events.lowerBound >= 0, events.upperBound <= count else {
      throw EventError(
        "'\(path)' has \(count) events; events \(events.lowerBound) to \(events.upperBound) were asked for"
      )
    }
    let first = offsets[events.lowerBound]
    let particles = first..<offsets[events.upperBound]
    var result = ParticleEvents()
    result.offsets = offsets[events.lowerBound...events.upperBound].map { $0 - first }
    result.pt = try columns["pt"]!.values(particles)
    result.eta = try columns["eta"]!.values(particles)
    result.phi = try columns["phi"]!.values(particles)
    result.pdg = try integers("pdg", particles)!
    let species = Species(result.pdg)
    result.mass = try columns["mass"]?.values(particles) ?? species.map(species.mass)
    result.charge = try integers("charge", particles) ?? species.map(species.charge)
    result.origin =
      try integers("origin", particles, of: UInt8.self)?.map { ParticleOrigin(rawValue: $0) }
      ?? species.map { ParticleSpecies($0).isNeutrino ? .invisible : [] }
    result.vertices = try vertices(particles)
    result.parents = try parents(of: result, events, particles)
    result.weights =
      try columns["weight"]?.values(events) ?? [Double](repeating: 1, count: events.count)
    result.processes =
      try integers("process", events) ?? [Int16](repeating: 0, count: events.count)
    try check(result, events)
    return result
  }

  private func integers<Value: FixedWidthInteger>(
    _ name: String, _ rows: Range<Int>, of: Value.Type = Value.self
  ) throws -> [Value]? {
    guard let column = columns[name] else { return nil }
    let values: [Double] = try column.values(rows)
    return try values.enumerated().map { place, value in
      guard let whole = Value(exactly: value) else {
        throw EventError(
          "\(column.source) holds \(value) in row \(rows.lowerBound + place), which is no integer of \(Value.bitWidth) bits"
        )
      }
      return whole
    }
  }

  private func vertices(_ rows: Range<Int>) throws -> [SIMD3<Float>] {
    guard let column = columns["vtx_mm"] else {
      return [SIMD3<Float>](repeating: .zero, count: rows.count)
    }
    let values: [Float] = try column.values(rows)
    return (0..<rows.count).map { SIMD3(values[3 * $0], values[3 * $0 + 1], values[3 * $0 + 2]) }
  }

  private func check(_ events: ParticleEvents, _ numbers: Range<Int>) throws {
    for event in 0..<events.count {
      for particle in events[event] {
        let (pt, eta, phi) = (events.pt[particle], events.eta[particle], events.phi[particle])
        let isGood =
          pt >= 0 && pt.isFinite && eta.isFinite && abs(phi) < 7 && events.mass[particle].isFinite
        guard isGood else {
          throw EventError(
            "'\(path)' holds a particle of pT \(pt), eta \(eta), phi \(phi), mass \(events.mass[particle]) in event \(numbers.lowerBound + event); generate the file anew or leave the event out"
          )
        }
      }
      guard events.weights[event].isFinite else {
        throw EventError(
          "'\(path)' holds the weight \(events.weights[event]) for event \(numbers.lowerBound + event); generate the file anew"
        )
      }
    }
  }
}

/// Masses and charges by code, each worked out once.
private final class Species {
  private let codes: [Int32]
  private var masses: [Int32: Float] = [:]
  private var charges: [Int32: Int8] = [:]

  init(_ codes: [Int32]) { self.codes = codes }

  func map<Value>(_ value: (Int32) -> Value) -> [Value] { codes.map(value) }

  func mass(_ pdg: Int32) -> Float {
    if let known = masses[pdg] { return known }
    let mass = Float(ParticleSpecies(pdg).stableMass ?? 0)
    masses[pdg] = mass
    return mass
  }

  func charge(_ pdg: Int32) -> Int8 {
    if let known = charges[pdg] { return known }
    let charge = Int8(clamping: (ParticleSpecies(pdg).chargeInThirds ?? 0) / 3)
    charges[pdg] = charge
    return charge
  }
}
