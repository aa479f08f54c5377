import Foundation
import WinnowTensors

extension Figure {
  /// Reads a figure's JSON.
  ///
  /// - Throws: ``ReportError`` that names the file and what it lacks.
  public init(contentsOf path: String) throws {
    self = try ReportJSON.read(Figure.self, path, what: "figure")
    try check()
  }

  /// The figure as its JSON file holds it.
  public func json() throws -> [UInt8] { try ReportJSON.bytes(self) }

  /// Every number drawn, one row each, with its series; what a series lacks is empty.
  public var csv: String {
    var lines = ["panel,series,x,x_low,x_high,y,y_low,y_high,size,value"]
    if let map {
      let rows = map.yEdges.count - 1
      for x in 0..<map.xEdges.count - 1 {
        for y in 0..<rows {
          let (x0, x1, y0, y1) = (map.xEdges[x], map.xEdges[x + 1], map.yEdges[y], map.yEdges[y + 1])
          let places: [Double] = [(x0 + x1) / 2, x0, x1, (y0 + y1) / 2, y0, y1]
          let numbers = places.map { "\($0)" }
          lines.append("map,," + numbers.joined(separator: ",") + ",,\(map.values[x * rows + y])")
        }
      }
    }
    for series in series { lines += series.csvLines(panel: "main") }
    for series in ratio?.series ?? [] { lines += series.csvLines(panel: "ratio") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes `figures/NAME.json`, `.csv`, `.svg` and `.png` below a folder, each whole or not at all.
  ///
  /// Without gnuplot the numbers are written and the drawings are not.
  ///
  /// - Throws: ``ReportError`` or ``TensorFileError``.
  @discardableResult
  public func write(to folder: String) throws -> FigureDrawing {
    try check()
    try writeNumbers(to: folder)
    let drawing = try drawing()
    try write(drawing, to: folder)
    return drawing
  }

  /// Writes the numbers, and the drawings where gnuplot is installed: for a figure in passing.
  ///
  /// - Returns: whether it was drawn.
  @discardableResult
  public func writeWherePossible(to folder: String) throws -> Bool {
    if Gnuplot.path != nil {
      try write(to: folder)
      return true
    }
    try check()
    try writeNumbers(to: folder)
    return false
  }

  func writeNumbers(to folder: String) throws {
    try ReportFolder.make("\(folder)/figures")
    try AtomicFile.write(json(), to: "\(folder)/figures/\(name).json")
    try AtomicFile.write(Array(csv.utf8), to: "\(folder)/figures/\(name).csv")
  }

  func write(_ drawing: FigureDrawing, to folder: String) throws {
    try AtomicFile.write(drawing.svg, to: "\(folder)/figures/\(name).svg")
    try AtomicFile.write(drawing.png, to: "\(folder)/figures/\(name).png")
  }

  /// Writes the drawing that a path's ending asks for, `.svg` or `.png`.
  ///
  /// - Throws: ``ReportError`` for another ending.
  public func draw(to path: String) throws {
    let drawing: (FigureDrawing) -> [UInt8]
    switch path.split(separator: ".").last?.lowercased() {
    case "svg": drawing = \.svg
    case "png": drawing = \.png
    default: throw ReportError("'\(path)' ends neither in .svg nor in .png; name the file so")
    }
    try AtomicFile.write(drawing(self.drawing()), to: path)
  }
}

/// A folder below a run's.
enum ReportFolder {
  static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ReportError("the folder '\(path)' cannot be made: \(error.localizedDescription)")
    }
  }
}

/// A field of a CSV file, quoted where it must be (RFC 4180).
func csvField(_ text: String) -> String {
  guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
  return "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\""
}

extension Series {
  fileprivate func csvLines(panel: String) -> [String] {
    let name = csvField(FigureText(label).plain)
    let positions = positions
    return positions.indices.map { index in
      let fields: [Double?] = [
        positions[index], isHistogram ? x[index] : xLow?[index],
        isHistogram ? x[index + 1] : xHigh?[index], y.isEmpty ? nil : y[index], yLow?[index],
        yHigh?[index], sizes?[index], values?[index],
      ]
      return "\(panel),\(name)," + fields.map { $0.map { "\($0)" } ?? "" }.joined(separator: ",")
    }
  }
}
