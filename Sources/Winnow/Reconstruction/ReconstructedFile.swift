import WinnowEvents
import WinnowTensors

/// Reads what ``EventReconstruction`` has written, a few events at a time.
struct ReconstructedFile {
  /// A jet or a lepton.
  struct Object {
    var kind: String
    var pt, eta, phi: Float
  }

  let count: Int
  private let file: HDF5File

  static func isOne(_ names: Set<String>) -> Bool { names.isSuperset(of: ["jet_offset", "sum_pt"]) }

  init(_ path: String) throws {
    file = try HDF5File(contentsOf: path)
    let met = try file.dataset("met")
    guard met.shape.count == 2, met.shape[1] == 2 else {
      throw EventError("\(met.source) has shape \(met.shape); [events, 2] was expected")
    }
    count = met.rowCount
    for kind in ["jet", "lepton"] {
      let offsets = try file.dataset(kind + "_offset")
      guard offsets.rowCount == count + 1 else {
        throw EventError("\(offsets.source) has \(offsets.rowCount) rows; \(count + 1) were expected")
      }
    }
  }

  /// The jets and leptons of consecutive events, in order of kind, event and falling pT.
  func objects(_ events: Range<Int>) throws -> [Object] {
    try ["jet", "lepton"].flatMap { kind in
      let offsets: [Int64] = try file.dataset(kind + "_offset").values(
        rows: events.lowerBound..<events.upperBound + 1)
      guard let first = offsets.first, let last = offsets.last, first >= 0, first <= last else {
        throw EventError("the offsets of '\(file.path)' don't ascend; reconstruct the events anew")
      }
      let rows = Int(first)..<Int(last)
      let columns = try ["_pt", "_eta", "_phi"].map { name -> [Float] in
        try file.dataset(kind + name).values(rows: rows)
      }
      guard columns.allSatisfy({ $0.count == rows.count }) else {
        throw EventError("the columns of '\(file.path)' are too short; reconstruct the events anew")
      }
      return (0..<rows.count).map {
        Object(kind: kind, pt: columns[0][$0], eta: columns[1][$0], phi: columns[2][$0])
      }
    }
  }

  /// x and y of missing momentum of consecutive events, GeV.
  func missing(_ events: Range<Int>) throws -> [SIMD2<Float>] {
    let values: [Float] = try file.dataset("met").values(rows: events)
    return (0..<events.count).map { SIMD2(values[2 * $0], values[2 * $0 + 1]) }
  }
}
