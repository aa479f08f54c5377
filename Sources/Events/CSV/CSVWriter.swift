import WinnowTensors

/// Writes a table of text with commas row by row, whole or not at all; compressed by gzip where the
/// path ends in `.gz`.
///
///     let table = try CSVWriter("jets.csv.gz", columns: ["event", "pt"])
///     try table.append(["0", "\(jet.pt)"])
///     try table.finish()
public final class CSVWriter {
  public let columns: [String]
  private let writer: ByteStreamWriter
  private var bytes: [UInt8] = []
  private static let blockSize = 1 << 18

  /// - Throws: `TensorFileError` where no file can be made.
  public init(_ path: String, columns: [String]) throws {
    self.columns = columns
    writer = try ByteStreamWriter(path, gzip: path.lowercased().hasSuffix(".gz"))
    try append(columns)
  }

  /// Appends a row. `description` of Swift's numbers gives the fewest digits that read back as the
  /// same number.
  ///
  /// - Precondition: as many fields as columns.
  public func append(_ fields: [String]) throws {
    precondition(fields.count == columns.count, "a row has \(columns.count) fields")
    for (place, field) in fields.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      let needsQuotes = field.utf8.contains { [0x22, 0x2c, 0x20, 0x23].contains($0) }
      bytes += needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"".utf8 : field.utf8
    }
    bytes.append(UInt8(ascii: "\n"))
    if bytes.count >= Self.blockSize { try flush() }
  }

  /// Closes the file and gives it its name.
  public func finish() throws {
    try flush()
    try writer.finish()
  }

  private func flush() throws {
    try writer.write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
