/// Writes generated events as a table of text with a row per particle, `.csv` or `.csv.gz`, a block
/// at a time; the layout is that of ``ParticleEventFile``.
///
/// Every number reads back as it was.
public final class ParticleEventTableWriter {
  private let table: CSVWriter
  private var count = 0

  public init(_ path: String) throws {
    table = try CSVWriter(path, columns: ParticleEventTable.columns)
  }

  /// Appends events behind the last.
  public func append(_ events: ParticleEvents) throws {
    for event in 0..<events.count {
      let number = "\(count)"
      let (weight, process) = ("\(events.weights[event])", "\(events.processes[event])")
      if events[event].isEmpty {
        let particle = [String](repeating: "", count: ParticleEventTable.columns.count - 3)
        try table.append([number] + particle + [weight, process])
      }
      for particle in events[event] {
        let vertex = events.vertices[particle]
        try table.append([
          number, "\(events.pt[particle])", "\(events.eta[particle])", "\(events.phi[particle])",
          "\(events.pdg[particle])", "\(events.mass[particle])", "\(events.charge[particle])",
          "\(events.origin[particle].rawValue)", "\(vertex.x)", "\(vertex.y)", "\(vertex.z)", weight,
          process,
        ])
      }
      count += 1
    }
  }

  public func finish() throws { try table.finish() }
}
