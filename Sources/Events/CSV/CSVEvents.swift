import Synchronization

/// A table whose rows belong to events by an ascending column `event`, read forwards in any blocks.
///
/// A new number begins the next event; numbers that are left out are no events. An event without
/// rows of its own is a row in which only `event` and the columns of events stand.
final class CSVEvents: Sendable {
  let path: String
  /// Events in the file.
  let count: Int
  private let required: [String]
  private let optional: [String]
  private let cursor = Mutex<Cursor?>(nil)

  /// Counts the events.
  ///
  /// - Throws: ``EventError`` for a column that is missing or has no meaning here, naming those that
  ///   have, and for what ``CSVReader`` finds.
  init(_ path: String, required: [String], optional: [String]) throws {
    self.path = path
    self.required = ["event"] + required
    self.optional = optional
    let cursor = try Cursor(path, self.required, optional)
    count = try cursor.countEvents()
  }

  /// A row, with its fields by their place in `required` and then `optional` of ``CSVEvents``.
  struct Row {
    fileprivate let table: CSVReader
    fileprivate let places: [Int?]
    /// Of the event in the block that is read.
    var event: Int
    var isFirstOfEvent: Bool

    func has(_ field: Int) -> Bool { places[field + 1].map { !table.isEmpty($0) } ?? false }
    func number<Value: BinaryFloatingPoint & LosslessStringConvertible>(_ field: Int) throws -> Value {
      try table.number(place(field))
    }
    func integer<Value: FixedWidthInteger>(_ field: Int) throws -> Value {
      try table.integer(place(field))
    }
    func text(_ field: Int) throws -> String { table.text(try place(field)) }
    func error(_ what: String) -> EventError { table.error(what) }

    private func place(_ field: Int) throws -> Int {
      guard let place = places[field + 1] else { throw error("lacks a column that is needed") }
      return place
    }
  }

  /// Gives the rows of consecutive events to `body`, in order.
  ///
  /// Blocks in their order are read in one go through the file; going back begins it anew.
  func read(_ events: Range<Int>, _ body: (Row) throws -> Void) throws {
    guard events.lowerBound >= 0, events.upperBound <= count else {
      throw EventError(
        "'\(path)' has \(count) events; events \(events.lowerBound) to \(events.upperBound) were asked for"
      )
    }
    try cursor.withLock { kept in
      // A cursor that has thrown is not used again.
      let cursor =
        if let kept, kept.event <= events.lowerBound { kept } else {
          try Cursor(path, required, optional)
        }
      kept = nil
      try cursor.read(events, body)
      kept = cursor
    }
  }

  /// A way through the file: the row it stands on is the first that was not given out.
  ///
  /// Not checked for the compiler: the lock of `cursor` lets one thread at a time use it.
  private final class Cursor: @unchecked Sendable {
    private let table: CSVReader
    private let places: [Int?]
    private var number: Int64 = .min
    /// The event whose rows come next.
    private(set) var event = 0
    private var isAtEnd = false

    init(_ path: String, _ required: [String], _ optional: [String]) throws {
      table = try CSVReader(path)
      let known = required + optional
      for name in table.columns where !known.contains(name) {
        let names = known.map { "'\($0)'" }.joined(separator: ", ")
        throw EventError("'\(path)' has a column '\(name)', which has no meaning here; known are \(names)")
      }
      for name in required { _ = try table.column(name) }
      let columns = table.columns
      places = known.map { columns.firstIndex(of: $0) }
      isAtEnd = try !table.next()
      if !isAtEnd { number = try eventNumber() }
    }

    private func eventNumber() throws -> Int64 { try table.integer(places[0] ?? 0) }

    func countEvents() throws -> Int {
      while !isAtEnd { try skipEvent() }
      return event
    }

    private func skipEvent() throws {
      while try !advance() {}
      event += 1
    }

    /// Goes to the next row; whether it belongs to another event.
    private func advance() throws -> Bool {
      guard try table.next() else {
        isAtEnd = true
        return true
      }
      let next = try eventNumber()
      guard next >= number else {
        throw table.error("goes back from event \(number) to \(next); sort the rows by event")
      }
      defer { number = next }
      return next != number
    }

    func read(_ events: Range<Int>, _ body: (Row) throws -> Void) throws {
      while event < events.lowerBound, !isAtEnd { try skipEvent() }
      while event < events.upperBound {
        guard !isAtEnd else {
          throw EventError("'\(table.path)' has become shorter since it was opened; read it again")
        }
        var row = Row(
          table: table, places: places, event: event - events.lowerBound, isFirstOfEvent: true)
        repeat {
          try body(row)
          row.isFirstOfEvent = false
        } while try !advance()
        event += 1
      }
    }
  }
}
