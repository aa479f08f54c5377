import WinnowTensors

extension ParticleEvents {
  /// Writes the events in the layout that ``ParticleEventFile`` reads: HDF5 for a path that ends in
  /// `.h5` or `.hdf5`, a table of text for `.csv` or `.csv.gz`, else NPZ. Whole or not at all.
  public func write(to path: String) throws {
    if CSVReader.isTable(path) {
      let writer = try ParticleEventTableWriter(path)
      try writer.append(self)
      return try writer.finish()
    }
    let arrays = try columns()
    if path.hasSuffix(".h5") || path.hasSuffix(".hdf5") {
      let writer = try HDF5Writer(path)
      for (name, array) in arrays { try writer.write(array, as: name, compression: 4) }
      try writer.finish()
      return
    }
    var file = NPZ()
    for (name, array) in arrays { file[name] = array }
    try file.write(to: path)
  }

  private func columns() throws -> [(String, NumericArray)] {
    let (n, total) = (count, particleCount)
    return [
      ("offset", NumericArray(shape: [n + 1], storage: .int64(offsets.map { Int64($0) }))),
      ("weight", NumericArray(shape: [n], storage: .float64(weights))),
      ("process", NumericArray(shape: [n], storage: .int16(processes))),
      ("pt", NumericArray(shape: [total], storage: .float32(pt))),
      ("eta", NumericArray(shape: [total], storage: .float32(eta))),
      ("phi", NumericArray(shape: [total], storage: .float32(phi))),
      ("pdg", NumericArray(shape: [total], storage: .int32(pdg))),
      (
        "vtx_mm",
        NumericArray(
          shape: [total, 3], storage: .float32(vertices.flatMap { [$0.x, $0.y, $0.z] }))
      ),
      ("mass", NumericArray(shape: [total], storage: .float32(mass))),
      ("charge", NumericArray(shape: [total], storage: .int8(charge))),
      ("origin", NumericArray(shape: [total], storage: .uint8(origin.map(\.rawValue)))),
    ] + truthColumns()
  }

  /// The parents as truth rows in the order of their muons; nothing where there are none.
  private func truthColumns() -> [(String, NumericArray)] {
    if parents.isEmpty { return [] }
    var (rows, starts) = ([Int32](repeating: -1, count: particleCount), [Int64(0)])
    var found: [ParentHadron] = []
    for event in 0..<count {
      for particle in self[event] {
        guard let parent = parents[particle] else { continue }
        rows[particle] = Int32(found.count) - Int32(starts[event])
        found.append(parent)
      }
      starts.append(Int64(found.count))
    }
    let n = found.count
    return [
      ("truth", NumericArray(shape: [particleCount], storage: .int32(rows))),
      ("truth_offset", NumericArray(shape: [count + 1], storage: .int64(starts))),
      ("truth_pt", NumericArray(shape: [n], storage: .float32(found.map(\.pt)))),
      ("truth_eta", NumericArray(shape: [n], storage: .float32(found.map(\.eta)))),
      ("truth_phi", NumericArray(shape: [n], storage: .float32(found.map(\.phi)))),
      ("truth_pdg", NumericArray(shape: [n], storage: .int32(found.map(\.pdg)))),
      (
        "truth_vtx_mm",
        NumericArray(
          shape: [n, 3],
          storage: .float32(found.flatMap { [$0.vertex.x, $0.vertex.y, $0.vertex.z] }))
      ),
    ]
  }
}
