import WinnowTensors

/// Generated events as columns of an NPZ or HDF5 file.
struct ParticleEventColumns: Sendable {
  let path: String
  let count: Int
  private let offsets: any ArrayRows
  let columns: [String: any ArrayRows]
  /// Where each event's truth rows begin; empty without them.
  let truthOffsets: [Int]

  init(_ path: String) throws {
    self.path = path
    let file = try EventColumns(path)
    offsets = try file.rows("offset", count: nil)
    guard offsets.rowCount > 0 else {
      throw EventError("\(offsets.source) is empty; it must begin with 0")
    }
    count = offsets.rowCount - 1
    let particles = try Self.checkedParticleCount(offsets)
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

  /// The last of the offsets, which are looked at a block at a time.
  private static func checkedParticleCount(_ offsets: any ArrayRows) throws -> Int {
    var last: Double?
    for start in stride(from: 0, to: offsets.rowCount, by: 65_536) {
      let values: [Double] = try offsets.values(start..<min(start + 65_536, offsets.rowCount))
      if start == 0, values[0] != 0 {
        throw EventError("\(offsets.source) begins with \(values[0]); it must begin with 0")
      }
      try check(values, from: start, before: last, offsets)
      last = values[values.count - 1]
    }
    return Int(last ?? 0)
  }

  /// Whether consecutive offsets ascend, from the one `before` them on, and are counts.
  private static func check(
    _ values: [Double], from start: Int, before: Double?, _ offsets: any ArrayRows
  ) throws {
    var previous = before ?? values[0]
    for (place, value) in values.enumerated() {
      guard value >= previous else {
        throw EventError(
          "\(offsets.source) falls from \(previous) to \(value) at event \(start + place - 1); offsets must ascend"
        )
      }
      guard value >= 0, value < 0x1p53 else {
        throw EventError("\(offsets.source) holds \(value), which is no count")
      }
      previous = value
    }
  }

  func read(_ events: Range<Int>) throws -> ParticleEvents {
    guard events.lowerBound >= 0, events.upperBound <= count else {
      throw EventError(
        "'\(path)' has \(count) events; events \(events.lowerBound) to \(events.upperBound) were asked for"
      )
    }
    // Checked when the file was opened; a file that has changed since must not read outside.
    let starts: [Double] = try offsets.values(events.lowerBound..<events.upperBound + 1)
    try Self.check(starts, from: events.lowerBound, before: nil, offsets)
    let (first, last) = (Int(starts[0]), Int(starts[starts.count - 1]))
    let particles = first..<last
    var result = ParticleEvents()
    result.offsets = starts.map { Int($0) - first }
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
        if let fault = ParticleEvents.fault(
          pt: pt, eta: eta, phi: phi, mass: events.mass[particle])
        {
          throw EventError(
            "'\(path)' holds a particle of \(fault) in event \(numbers.lowerBound + event), particle \(particle - events[event].lowerBound); generate the file anew or leave the event out"
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
