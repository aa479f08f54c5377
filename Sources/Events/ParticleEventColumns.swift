import WinnowTensors

/// Generated events as columns of an NPZ or HDF5 file.
struct ParticleEventColumns: Sendable {
  let path: String
  let count: Int
  private let offsets: [Int]
  let columns: [String: any ArrayRows]
  /// Where each event's truth rows begin; empty without them.
  let truthOffsets: [Int]

  init(_ path: String) throws {
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

  func read(_ events: Range<Int>) throws -> ParticleEvents {
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
    var species = SpeciesTable()
    result.mass = try columns["mass"]?.values(particles) ?? result.pdg.map { species.mass($0) }
    result.charge = try integers("charge", particles) ?? result.pdg.map { species.charge($0) }
    result.origin =
      try integers("origin", particles, of: UInt8.self)?.map { ParticleOrigin(rawValue: $0) }
      ?? result.pdg.map { ParticleSpecies($0).isNeutrino ? .invisible : [] }
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
