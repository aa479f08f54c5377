import WinnowTensors

/// A table of text with commas, row by row: `.csv`, or compressed by gzip, `.csv.gz`.
///
///     let table = try CSVReader("particles.csv.gz")
///     let pt = try table.column("pt")
///     while try table.next() { sum += try table.number(pt, as: Double.self) }
///
/// The first line names the columns. Empty lines, and lines that begin with `#`, are skipped; spaces
/// around a field don't count; a field may stand in double quotes, but not go over lines. Memory is
/// that of a few hundred kilobytes of text, whatever the file's length.
public final class CSVReader {
  public let path: String
  /// The names of the columns, in the file's order.
  public private(set) var columns: [String] = []
  /// The line of the current row, from 1.
  public private(set) var line = 0

  private let stream: ByteStream
  private var bytes: [UInt8] = []
  /// Where the next line begins in `bytes`.
  private var start = 0
  private var isAtEnd = false
  /// The fields of the current row, as places in `bytes`, without quotes and spaces around them.
  private var fields: [Range<Int>] = []
  /// A line longer than this is no row of a table.
  private static let longestLine = 1 << 20

  /// Reads the names of the columns.
  ///
  /// - Throws: ``EventError`` or `TensorFileError` for a file that is missing, damaged, or without
  ///   different names in its first line.
  public init(_ path: String) throws {
    self.path = path
    stream = try ByteStream(path)
    guard try readLine() else {
      throw EventError("'\(path)' is empty; its first line must name the columns")
    }
    columns = fields.indices.map(text)
    for (place, name) in columns.enumerated() {
      guard !name.isEmpty, columns.firstIndex(of: name) == place else {
        throw error("names column \(place + 1) '\(name)'; each column needs a name of its own")
      }
    }
  }

  /// Whether the path is that of a table: it ends in `.csv` or `.csv.gz`.
  public static func isTable(_ path: String) -> Bool {
    let path = path.lowercased()
    return path.hasSuffix(".csv") || path.hasSuffix(".csv.gz")
  }

  /// The place of a column.
  public func column(_ name: String) throws -> Int {
    guard let place = columns.firstIndex(of: name) else {
      let present = columns.map { "'\($0)'" }.joined(separator: ", ")
      throw EventError("'\(path)' has no column '\(name)'; its first line names \(present)")
    }
    return place
  }

  /// Goes to the next row.
  ///
  /// - Returns: `false` behind the last.
  /// - Throws: ``EventError``, naming the line, for a row that has not as many fields as there are
  ///   columns, and for a compressed file that is damaged or ends early.
  public func next() throws -> Bool {
    guard try readLine() else { return false }
    guard fields.count == columns.count else {
      throw error("has \(fields.count) fields; the first line names \(columns.count) columns")
    }
    return true
  }

  /// Whether nothing stands in a column of the current row.
  public func isEmpty(_ column: Int) -> Bool { fields[column].isEmpty }

  /// What stands in a column of the current row; the quotes of quoted text are removed.
  public func text(_ column: Int) -> String {
    let text = String(decoding: bytes[fields[column]], as: UTF8.self)
    return text.contains("\"\"") ? text.replacing("\"\"", with: "\"") : text
  }

  /// The finite number in a column of the current row, rounded to nearest.
  public func number<Value: BinaryFloatingPoint & LosslessStringConvertible>(
    _ column: Int, as: Value.Type = Value.self
  ) throws -> Value {
    guard let value = Value(text(column)), value.isFinite else {
      throw error("holds \(quoted(column)) in the column '\(columns[column])', which is no finite number")
    }
    return value
  }

  /// The integer in a column of the current row; `3.0` is one.
  public func integer<Value: FixedWidthInteger>(
    _ column: Int, as: Value.Type = Value.self
  ) throws -> Value {
    let text = text(column)
    guard let value = Value(text) ?? Double(text).flatMap({ Value(exactly: $0) }) else {
      throw error(
        "holds \(quoted(column)) in the column '\(columns[column])', which is no integer of \(Value.bitWidth) bits"
      )
    }
    return value
  }

  /// What is wrong with the current row: "line 3 of 'x.csv' …".
  public func error(_ what: String) -> EventError { EventError("line \(line) of '\(path)' \(what)") }

  private func quoted(_ column: Int) -> String {
    isEmpty(column) ? "nothing" : "'\(text(column).prefix(40))'"
  }

  /// Takes the next line that is neither empty nor a remark apart.
  private func readLine() throws -> Bool {
    while true {
      guard var end = try endOfLine() else { return false }
      line += 1
      let begin = start
      start = min(end + 1, bytes.count)
      if end > begin, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      let mark: [UInt8] = [0xef, 0xbb, 0xbf]
      let first = line == 1 && bytes[begin..<end].starts(with: mark) ? begin + mark.count : begin
      if first == end || bytes[first] == UInt8(ascii: "#") { continue }
      try split(first..<end)
      return true
    }
  }

  /// Where the line at `start` ends; `nil` behind the last.
  private func endOfLine() throws -> Int? {
    var place = start
    while true {
      while place < bytes.count {
        if bytes[place] == UInt8(ascii: "\n") { return place }
        place += 1
      }
      if isAtEnd { return start == bytes.count ? nil : bytes.count }
      guard place - start <= Self.longestLine else {
        line += 1
        throw error("is longer than \(Self.longestLine) bytes; is this a table with commas?")
      }
      let more: [UInt8]
      do { more = try stream.next() } catch {
        throw EventError("after line \(line), \(error)")
      }
      isAtEnd = more.isEmpty
      place -= start
      bytes.removeSubrange(..<start)
      bytes += more
      start = 0
    }
  }

  private func split(_ row: Range<Int>) throws {
    fields.removeAll(keepingCapacity: true)
    let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
    var place = row.lowerBound
    while true {
      while place < row.upperBound, isSpace(place) { place += 1 }
      var (begin, end) = (place, place)
      if place < row.upperBound, bytes[place] == quote {
        begin += 1
        place += 1
        // Two quotes stand for one.
        while place < row.upperBound {
          if bytes[place] == quote {
            guard place + 1 < row.upperBound, bytes[place + 1] == quote else { break }
            place += 1
          }
          place += 1
        }
        guard place < row.upperBound else {
          throw error("ends inside a quoted field; a field is on one line here")
        }
        end = place
        place += 1
        while place < row.upperBound, isSpace(place) { place += 1 }
        guard place == row.upperBound || bytes[place] == comma else {
          throw error("has text behind a quoted field; double the quotes inside it")
        }
      } else {
        while place < row.upperBound, bytes[place] != comma { place += 1 }
        end = place
        while end > begin, isSpace(end - 1) { end -= 1 }
      }
      fields.append(begin..<end)
      guard place < row.upperBound else { return }
      place += 1
    }
  }

  private func isSpace(_ place: Int) -> Bool {
    bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: "\t")
  }
}
