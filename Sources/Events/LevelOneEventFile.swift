import WinnowTensors

/// A file of Level-1 events as published for the ADC2021 challenge, read piece by piece.
///
/// HDF5 with `Particles`, `[events, 19, 4]` of pT, η, φ and class; a file may hold its rows in
/// another order (muons first, missing momentum last), which the class column tells, and is brought
/// into the order of ``LevelOneEvents``. A column `Weights` is read where there is one.
///
/// - Reference: arXiv:2107.02157; Zenodo 5046389 and others.
public final class LevelOneEventFile: Sendable {
  public let path: String
  public let count: Int
  private let particles: any ArrayRows
  private let weights: (any ArrayRows)?

  /// - Throws: ``EventError`` or ``TensorFileError`` for a file that is missing, damaged, or of
  ///   another layout.
  public init(_ path: String) throws {
    self.path = path
    let file = try EventColumns(path)
    particles = try file.rows("Particles", count: nil, elements: 4 * LevelOneEvents.objects)
    guard particles.shape.count == 3, particles.shape[2] == 4 else {
      throw EventError("\(particles.source) has shape \(particles.shape); [events, 19, 4] is read")
    }
    count = particles.rowCount
    weights = file.contains("Weights") ? try file.rows("Weights", count: count) : nil
  }

  /// Reads consecutive events.
  ///
  /// - Throws: ``EventError`` for a class that no object has, too many of one kind, or a number
  ///   that is none, naming the event.
  public func read(_ events: Range<Int>) throws -> LevelOneEvents {
    guard events.lowerBound >= 0, events.upperBound <= count else {
      throw EventError(
        "'\(path)' has \(count) events; events \(events.lowerBound) to \(events.upperBound) were asked for"
      )
    }
    let values: [Float] = try particles.values(events)
    let weights: [Double]? = try self.weights?.values(events)
    var result = LevelOneEvents()
    for event in 0..<events.count {
      result.appendEvent(weight: weights?[event] ?? 1)
      var next = LevelOneObject.allCases.map(\.rows.lowerBound)
      for row in 0..<LevelOneEvents.objects {
        let place = 4 * (event * LevelOneEvents.objects + row)
        let (pt, eta, phi, kind) = (
          values[place], values[place + 1], values[place + 2], values[place + 3]
        )
        guard pt.isFinite, pt >= 0, eta.isFinite, abs(phi) < 3.1416 else {
          throw error(events.lowerBound + event, row, "pT \(pt), eta \(eta), phi \(phi)")
        }
        if kind == 0 { continue }
        guard let object = Int(exactly: kind).flatMap(LevelOneObject.init(rawValue:)) else {
          throw error(events.lowerBound + event, row, "class \(kind), which is none of 0 to 4")
        }
        let to = next[object.rawValue - 1]
        guard to < object.rows.upperBound else {
          throw error(
            events.lowerBound + event, row, "more than \(object.rows.count) objects of class \(kind)")
        }
        next[object.rawValue - 1] += 1
        result.set(event: event, row: to, pt: pt, eta: eta, phi: phi)
      }
    }
    return result
  }

  private func error(_ event: Int, _ row: Int, _ what: String) -> EventError {
    EventError(
      "\(particles.source) holds \(what) in event \(event), row \(row); check that it is an ADC2021 file"
    )
  }
}

/// Writes Level-1 events in the published layout, a block at a time.
public final class LevelOneEventWriter {
  private let writer: HDF5Writer

  public init(_ path: String) throws { writer = try HDF5Writer(path) }

  public func append(_ events: LevelOneEvents) throws {
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
    try writer.write(strings: ["Pt", "Eta", "Phi", "Class"], as: "Particles_Names")
    try writer.write(
      strings: ["MET_class_1", "Four_Ele_class_2", "Four_Mu_class_3", "Ten_Jet_class_4"],
      as: "Particles_Classes")
    try writer.finish()
  }
}
