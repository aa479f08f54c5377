/// Generated events as a table of text with a row per particle.
struct ParticleEventTable: Sendable {
  let count: Int
  private let rows: CSVEvents

  /// The columns but for `event`, in the order in which ``CSVEvents`` numbers them.
  private enum Column: Int, CaseIterable {
    case pt, eta, phi, pdg
    case mass, charge, origin, vx, vy, vz, weight, process

    static let requiredCount = 4
    var name: String {
      switch self {
      case .vx, .vy, .vz: "\(self)_mm"
      default: "\(self)"
      }
    }
  }

  static let columns = ["event"] + Column.allCases.map(\.name)

  init(_ path: String) throws {
    let names = Column.allCases.map(\.name)
    rows = try CSVEvents(
      path, required: Array(names.prefix(Column.requiredCount)),
      optional: Array(names.dropFirst(Column.requiredCount)))
    count = rows.count
  }

  func read(_ events: Range<Int>) throws -> ParticleEvents {
    var (result, species) = (ParticleEvents(), SpeciesTable())
    try rows.read(events) { row in
      try Self.checkEvent(row, &result)
      try Self.addParticle(row, &result, &species)
    }
    return result
  }

  /// Begins an event with its first row; later rows repeat its weight and process.
  private static func checkEvent(_ row: CSVEvents.Row, _ events: inout ParticleEvents) throws {
    let weight: Double =
      row.has(Column.weight.rawValue) ? try row.number(Column.weight.rawValue) : 1
    let process: Int16 =
      row.has(Column.process.rawValue) ? try row.integer(Column.process.rawValue) : 0
    if row.isFirstOfEvent { return events.beginEvent(weight: weight, process: process) }
    guard weight == events.weights.last, process == events.processes.last else {
      throw row.error(
        "has weight \(weight) and process \(process), the row before \(events.weights.last!) and \(events.processes.last!); both belong to the event"
      )
    }
  }

  private static func addParticle(
    _ row: CSVEvents.Row, _ events: inout ParticleEvents, _ species: inout SpeciesTable
  ) throws {
    let columns = Column.pt.rawValue...Column.pdg.rawValue
    if row.isFirstOfEvent, !columns.contains(where: row.has) { return }
    func float(_ column: Column) throws -> Float? {
      row.has(column.rawValue) ? try row.number(column.rawValue) : nil
    }
    let pdg: Int32 = try row.integer(Column.pdg.rawValue)
    let pt: Float = try row.number(Column.pt.rawValue)
    let eta: Float = try row.number(Column.eta.rawValue)
    let phi: Float = try row.number(Column.phi.rawValue)
    let mass = try float(.mass)
    if let fault = ParticleEvents.fault(pt: pt, eta: eta, phi: phi, mass: mass ?? 0) {
      throw row.error("holds a particle of \(fault)")
    }
    let charge: Int8? =
      row.has(Column.charge.rawValue) ? try row.integer(Column.charge.rawValue) : nil
    let origin: UInt8? =
      row.has(Column.origin.rawValue) ? try row.integer(Column.origin.rawValue) : nil
    events.append(
      pdg: pdg, pt: pt, eta: eta, phi: phi, mass: mass ?? species.mass(pdg),
      charge: charge ?? species.charge(pdg),
      origin: origin.map(ParticleOrigin.init) ?? (ParticleSpecies(pdg).isNeutrino ? .invisible : []),
      vertex: SIMD3(try float(.vx) ?? 0, try float(.vy) ?? 0, try float(.vz) ?? 0))
  }
}
