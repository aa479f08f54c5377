import WinnowTensors

/// Writes Level-1 events a block at a time: in the published layout or, for a path that ends in
/// `.csv` or `.csv.gz`, as a table of text.
public final class LevelOneEventWriter {
  private var array: HDF5Writer?
  private var table: LevelOneEventTableWriter?

  public init(_ path: String) throws {
    if CSVReader.isTable(path) {
      table = try LevelOneEventTableWriter(path)
    } else {
      array = try HDF5Writer(path)
    }
  }

  public func append(_ events: LevelOneEvents) throws {
    try table?.append(events)
    if let array { try append(events, to: array) }
  }

  private func append(_ events: LevelOneEvents, to writer: HDF5Writer) throws {
    var values: [Double] = []
    values.reserveCapacity(4 * events.pt.count)
    for place in events.pt.indices {
      values.append(Double(events.pt[place]))
      values.append(Double(events.eta[place]))
      values.append(Double(events.phi[place]))
      let kind = LevelOneObject(row: place % LevelOneEvents.objects)
      values.append(events.isPresent[place] ? Double(kind.rawValue) : 0)
    }
    try writer.append(
      NumericArray(
        shape: [events.count, LevelOneEvents.objects, 4], storage: .float64(values)),
      to: "Particles", compression: 4)
    try writer.append(
      NumericArray(shape: [events.count], storage: .float64(events.weights)), to: "Weights",
      compression: 4)
  }

  public func finish() throws {
    try table?.finish()
    guard let writer = array else { return }
    try writer.write(strings: ["Pt", "Eta", "Phi", "Class"], as: "Particles_Names")
    try writer.write(
      strings: ["MET_class_1", "Four_Ele_class_2", "Four_Mu_class_3", "Ten_Jet_class_4"],
      as: "Particles_Classes")
    try writer.finish()
  }
}
