import WinnowTensors

extension ReportTable {
  /// Reads a table's JSON.
  public init(contentsOf path: String) throws {
    self = try ReportJSON.read(ReportTable.self, path, what: "table")
    try check()
  }

  public func json() throws -> [UInt8] { try ReportJSON.bytes(self) }

  /// All digits; a column with intervals is followed by their ends.
  public var csv: String {
    let isMeasured = columns.indices.map { column in
      rows.contains { if case .measured = $0[column] { true } else { false } }
    }
    var header: [String] = []
    for (column, measured) in zip(columns, isMeasured) {
      let label = FigureText(column.label).plain
      header += (measured ? [label, label + " low", label + " high"] : [label]).map(csvField)
    }
    var lines = [header.joined(separator: ",")]
    for row in rows {
      var fields: [String] = []
      for (cell, measured) in zip(row, isMeasured) {
        var ends = ["", ""]
        switch cell {
        case .text(let text): fields.append(csvField(FigureText(text).plain))
        case .number(let number): fields.append("\(number)")
        case .empty: fields.append("")
        case .measured(let value, let range):
          fields.append("\(value)")
          ends = ["\(range.lowerBound)", "\(range.upperBound)"]
        }
        if measured { fields += ends }
      }
      lines.append(fields.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes `tables/NAME.json` and `.csv` below a folder.
  public func write(to folder: String) throws {
    try check()
    try ReportFolder.make("\(folder)/tables")
    try AtomicFile.write(json(), to: "\(folder)/tables/\(name).json")
    try AtomicFile.write(Array(csv.utf8), to: "\(folder)/tables/\(name).csv")
  }
}
