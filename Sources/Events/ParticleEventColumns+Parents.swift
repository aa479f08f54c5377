import WinnowTensors

/// The truth rows of a file, of which the parents of decays in flight are read.
extension ParticleEventColumns {
  private static let names = ["truth_pt", "truth_eta", "truth_phi", "truth_pdg"]

  /// Adds the columns of the truth rows where the file has them all; returns the rows' offsets.
  static func truth(
    _ file: EventColumns, events: Int, particles: Int, _ columns: inout [String: any ArrayRows]
  ) throws -> [Int] {
    let needed = names + ["truth", "truth_offset", "truth_vtx_mm", "origin"]
    guard needed.allSatisfy(file.contains) else { return [] }
    let rows = try file.rows("truth_offset", count: events + 1)
    let starts: [Double] = try rows.values(0..<events + 1)
    guard starts[0] == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }),
      starts[events] < 0x1p53
    else {
      throw EventError("\(rows.source) does not ascend from 0; generate the file anew")
    }
    let count = Int(starts[events])
    columns["truth"] = try file.rows("truth", count: particles)
    for name in names { columns[name] = try file.rows(name, count: count) }
    columns["truth_vtx_mm"] = try file.rows("truth_vtx_mm", count: count, elements: 3)
    return starts.map { Int($0) }
  }

  /// The parents of the events' muons from decays in flight, by place among the particles read.
  ///
  /// - Parameter rows: the events' particles in the file.
  /// - Throws: ``EventError`` for a row that the event has not.
  func parents(of events: ParticleEvents, _ numbers: Range<Int>, _ rows: Range<Int>) throws
    -> ParentHadrons
  {
    guard !truthOffsets.isEmpty else { return ParentHadrons() }
    let muons = events.pdg.indices.filter {
      abs(events.pdg[$0]) == 13 && events.origin[$0].contains(.decayInFlight)
    }
    guard !muons.isEmpty else { return ParentHadrons() }
    let places: [Double] = try columns["truth"]!.values(rows)
    let truth = truthOffsets[numbers.lowerBound]..<truthOffsets[numbers.upperBound]
    let columns = try Self.names.map { name in
      let values: [Float] = try self.columns[name]!.values(truth)
      return values
    }
    let vertices: [Float] = try self.columns["truth_vtx_mm"]!.values(truth)
    var parents = ParentHadrons()
    var event = 0
    for muon in muons {
      while events.offsets[event + 1] <= muon { event += 1 }
      let number = numbers.lowerBound + event
      let first = truthOffsets[number] - truth.lowerBound
      let count = truthOffsets[number + 1] - truthOffsets[number]
      guard let place = Int(exactly: places[muon]), place < count else {
        throw EventError(
          "'\(path)' names truth row \(places[muon]) in event \(number), which has \(count); generate the file anew"
        )
      }
      guard place >= 0 else { continue }
      let row = first + place
      let pdg = Int32(exactly: columns[3][row]) ?? 0
      // A meson that decays to two muons in place carries the same mark.
      guard ParentHadron.isKnown(pdg) else { continue }
      guard columns[0][row] > 0, columns[..<3].allSatisfy({ $0[row].isFinite }) else {
        throw EventError(
          "'\(path)' holds a parent of pT \(columns[0][row]), eta \(columns[1][row]), phi \(columns[2][row]) in event \(number); generate the file anew"
        )
      }
      parents.append(
        ParentHadron(
          pdg: pdg, pt: columns[0][row], eta: columns[1][row], phi: columns[2][row],
          vertex: SIMD3(vertices[3 * row], vertices[3 * row + 1], vertices[3 * row + 2])),
        of: muon)
    }
    return parents
  }
}
