/// Level-1 events as a table of text with a row per object.
struct LevelOneEventTable: Sendable {
  static let objectColumn = "object"
  let count: Int
  private let rows: CSVEvents

  /// The columns but for `event`, in the order in which ``CSVEvents`` numbers them.
  private enum Column {
    static let object = 0, pt = 1, eta = 2, phi = 3, weight = 4
  }

  static let columns = ["event", objectColumn, "pt", "eta", "phi", "weight"]

  /// What the column `object` says of a kind.
  static func name(_ object: LevelOneObject) -> String {
    object == .missingMomentum ? "met" : "\(object)"
  }

  init(_ path: String) throws {
    rows = try CSVEvents(
      path, required: Array(Self.columns[1..<5]), optional: [Self.columns[5]])
    count = rows.count
  }

  func read(_ events: Range<Int>) throws -> LevelOneEvents {
    var result = LevelOneEvents()
    var next = [Int](repeating: 0, count: LevelOneObject.allCases.count)
    try rows.read(events) { row in
      let weight: Double = row.has(Column.weight) ? try row.number(Column.weight) : 1
      if row.isFirstOfEvent {
        result.appendEvent(weight: weight)
        next = LevelOneObject.allCases.map(\.rows.lowerBound)
        if !(Column.object...Column.phi).contains(where: row.has) { return }
      } else if weight != result.weights.last {
        throw row.error(
          "has weight \(weight), the row before \(result.weights.last!); it belongs to the event")
      }
      let object = try Self.object(row)
      guard next[object.rawValue - 1] < object.rows.upperBound else {
        throw row.error("is one of more than \(object.rows.count) objects of kind '\(Self.name(object))'")
      }
      let pt: Float = try row.number(Column.pt)
      let eta: Float = row.has(Column.eta) ? try row.number(Column.eta) : 0
      let phi: Float = try row.number(Column.phi)
      guard pt >= 0, abs(phi) < 3.1416 else {
        throw row.error("holds pT \(pt) and phi \(phi); pT is at least 0 GeV, phi in -pi to pi")
      }
      result.set(event: row.event, row: next[object.rawValue - 1], pt: pt, eta: eta, phi: phi)
      next[object.rawValue - 1] += 1
    }
    return result
  }

  private static func object(_ row: CSVEvents.Row) throws -> LevelOneObject {
    let text = try row.text(Column.object)
    guard let object = LevelOneObject.allCases.first(where: { name($0) == text }) else {
      let names = LevelOneObject.allCases.map { "'\(name($0))'" }.joined(separator: ", ")
      throw row.error("names the object '\(text)'; known are \(names)")
    }
    return object
  }
}

/// Writes Level-1 events as a table of text with a row per object, a block at a time.
struct LevelOneEventTableWriter {
  private let table: CSVWriter
  private var count = 0

  init(_ path: String) throws { table = try CSVWriter(path, columns: LevelOneEventTable.columns) }

  mutating func append(_ events: LevelOneEvents) throws {
    for event in 0..<events.count {
      let (number, weight) = ("\(count)", "\(events.weights[event])")
      let first = event * LevelOneEvents.objects
      let present = (0..<LevelOneEvents.objects).filter { events.isPresent[first + $0] }
      if present.isEmpty { try table.append([number, "", "", "", "", weight]) }
      for row in present {
        try table.append([
          number, LevelOneEventTable.name(LevelOneObject(row: row)), "\(events.pt[first + row])",
          "\(events.eta[first + row])", "\(events.phi[first + row])", weight,
        ])
      }
      count += 1
    }
  }

  func finish() throws { try table.finish() }
}
