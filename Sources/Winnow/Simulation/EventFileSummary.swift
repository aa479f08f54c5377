import Foundation
import WinnowDetectors
import WinnowEvents
import WinnowTensors

/// What a file of events holds, in words for a terminal.
///
/// Knows generated particles, Level-1 objects, drift-tube images, particle-flow candidates, trigger
/// muons and reconstructed objects, told apart by their columns.
public struct EventFileSummary {
  private enum Contents {
    case particles(ParticleEventFile)
    case levelOne(LevelOneEventFile)
    case driftTubes(DriftTubeFile)
    case flow(ParticleFlowFile)
    case muons(HDF5File)
    case objects(ReconstructedFile)
  }

  public let path: String
  public let count: Int
  private let contents: Contents
  /// As many events are looked at for the summary.
  private static let looked = 1000

  /// - Throws: ``EventError`` or `TensorFileError` for a file that is missing, damaged or of a
  ///   layout that is not known.
  public init(_ path: String) throws {
    self.path = path
    let names = try EventFile.columnNames(of: path)
    switch names {
    case _ where EventFile.isLevelOne(names):
      let file = try LevelOneEventFile(path)
      (contents, count) = (.levelOne(file), file.count)
    case _ where names.contains("hit_offset"):
      let file = try DriftTubeFile(path)
      (contents, count) = (.driftTubes(file), file.count)
    case _ where names.contains("hard_fraction"):
      let file = try ParticleFlowFile(path)
      (contents, count) = (.flow(file), file.count)
    case _ where names.isSuperset(of: ["words", "offline_pt"]):
      let file = try HDF5File(contentsOf: path)
      (contents, count) = (.muons(file), try file.dataset("offset").rowCount - 1)
    case _ where ReconstructedFile.isOne(names):
      let file = try ReconstructedFile(path)
      (contents, count) = (.objects(file), file.count)
    default:
      let file = try ParticleEventFile(path)
      (contents, count) = (.particles(file), file.count)
    }
  }

  /// A few lines about the first events.
  public func text() throws -> String {
    let events = 0..<min(count, Self.looked)
    var lines = ["\(path): \(count) events"]
    if events.count < count { lines.append("of the first \(events.count):") }
    guard !events.isEmpty else { return lines[0] }
    switch contents {
    case .particles(let file):
      let read = try file.read(events)
      lines.append("generated particles, \(mean(read.particleCount, events)) per event")
      let charged = read.charge.count { $0 != 0 }
      lines.append("charged \(mean(charged, events)), neutral \(mean(read.charge.count - charged, events))")
      let leptons = read.pdg.indices.filter {
        [11, 13].contains(abs(read.pdg[$0])) && read.pt[$0] > 5
      }
      lines.append("electrons and muons above 5 GeV: \(mean(leptons.count, events))")
      if Set(read.weights).count > 1 {
        lines.append("weights from \(read.weights.min()!) to \(read.weights.max()!)")
      }
    case .levelOne(let file):
      let read = try file.read(events)
      lines.append("Level-1 objects, 19 places an event")
      for object in LevelOneObject.allCases {
        let places = events.flatMap { event in
          object.rows.map { event * LevelOneEvents.objects + $0 }
        }.filter { read.isPresent[$0] }
        lines.append("\(object): \(mean(places.count, events)), \(momenta(places.map { read.pt[$0] }))")
      }
    case .driftTubes(let file):
      let read = try file.read(events)
      lines.append("drift tubes, \(mean(read.offsets.last!, events)) hits per event")
      let lengths = read.truth.map { $0.decayLength / 1000 }
      lines.append("decay lengths from \(short(lengths.min()!)) to \(short(lengths.max()!)) m")
    case .flow(let file):
      let few = 0..<min(count, 50)
      let (mixed, clean) = (try file.read(few), try file.read(few, withPileup: false))
      lines.append(
        "particle-flow candidates, \(mean(mixed.pt.count, few)) per event with pileup, "
          + "\(mean(clean.pt.count, few)) without")
      lines.append("pileup collisions: \(mean(mixed.pileup.reduce(0, +), few))")
    case .muons(let file):
      let muons = try muons(of: events, in: file)
      lines.append("trigger muons, \(mean(muons.count, events)) per event")
      lines.append("\(momenta(muons.map { Float($0[0]) })); offline \(momenta(muons.map { Float($0[4]) }))")
    case .objects(let file):
      let found = try file.objects(events)
      for kind in ["jet", "lepton"] {
        let pt = found.filter { $0.kind == kind }.map(\.pt)
        lines.append("\(kind)s: \(mean(pt.count, events)) per event, \(momenta(pt))")
      }
      let missing = try file.missing(events).map { ($0 * $0).sum().squareRoot() }
      lines.append("missing momentum: \(momenta(missing))")
    }
    return lines.joined(separator: "\n")
  }

  /// One event: its objects, or a picture.
  ///
  /// - Throws: ``EventError`` where there is no such event.
  public func picture(of event: Int) throws -> String {
    guard event >= 0, event < count else {
      throw EventError("'\(path)' has \(count) events; there is no event \(event)")
    }
    switch contents {
    case .particles(let file):
      let read = try file.read(event..<event + 1)
      let rows = read.pt.indices.sorted { read.pt[$0] > read.pt[$1] }.prefix(20).map {
        [
          "\(read.pdg[$0])", short(read.pt[$0]), short(read.eta[$0]), short(read.phi[$0]),
          read.origin[$0].contains(.invisible) ? "invisible" : "",
        ]
      }
      return table(["pdg", "pT", "eta", "phi", ""], rows)
        + "\n\(read.particleCount) particles; the 20 of largest pT are shown"
    case .levelOne(let file):
      let read = try file.read(event..<event + 1)
      let rows = (0..<LevelOneEvents.objects).filter { read.isPresent[$0] }.map {
        ["\(LevelOneObject(row: $0))", short(read.pt[$0]), short(read.eta[$0]), short(read.phi[$0])]
      }
      return table(["object", "pT", "eta", "phi"], rows)
    case .driftTubes(let file):
      return try file.read(event..<event + 1).picture(0)
    case .flow(let file):
      let read = try file.read(event..<event + 1)
      let rows = read.pt.indices.sorted { read.pt[$0] > read.pt[$1] }.prefix(20).map {
        [
          read.pdg[$0] == 0 ? "neutral hadron" : "\(read.pdg[$0])", short(read.pt[$0]),
          short(read.eta[$0]), short(read.phi[$0]), short(read.hardFraction[$0]),
        ]
      }
      return table(["kind", "pT", "eta", "phi", "hard fraction"], rows)
        + "\n\(read.pt.count) candidates; the 20 of largest pT are shown"
    case .muons(let file):
      let rows = try muons(of: event..<event + 1, in: file).map { $0.map { short($0) } }
      return table(Self.muonColumns, rows)
    case .objects(let file):
      let rows = try file.objects(event..<event + 1).map {
        [$0.kind, short($0.pt), short($0.eta), short($0.phi)]
      }
      let missing = try file.missing(event..<event + 1)[0]
      return table(["object", "pT", "eta", "phi"], rows)
        + "\nmissing momentum: x \(short(missing.x)), y \(short(missing.y)) GeV"
    }
  }

  private static let muonColumns = [
    "pt", "eta", "phi", "charge", "offline_pt", "offline_eta", "offline_phi", "offline_charge",
  ]

  /// The numbers of ``muonColumns`` for each trigger muon.
  private func muons(of events: Range<Int>, in file: HDF5File) throws -> [[Double]] {
    let offsets: [Int64] = try file.dataset("offset").values(
      rows: events.lowerBound..<events.upperBound + 1)
    let rows = Int(offsets.first!)..<Int(offsets.last!)
    let columns = try Self.muonColumns.map { name in
      let values: [Double] = try file.dataset(name).values(rows: rows)
      return values
    }
    return rows.indices.map { row in columns.map { $0[row - rows.lowerBound] } }
  }

  private func mean(_ total: Int, _ events: Range<Int>) -> String {
    short(Double(total) / Double(events.count))
  }

  private func momenta(_ pt: [Float]) -> String {
    if pt.isEmpty { return "none" }
    return "median pT \(short(pt.sorted()[pt.count / 2])) GeV"
  }

  private func short(_ value: some BinaryFloatingPoint) -> String {
    String(format: "%.4g", Double(value))
  }

  private func table(_ head: [String], _ rows: [[String]]) -> String {
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max()! }
    return ([head] + rows).map { row in
      row.indices.map { row[$0].padding(toLength: widths[$0], withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }
}
