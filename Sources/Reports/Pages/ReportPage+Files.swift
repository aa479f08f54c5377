import Foundation
import WinnowTensors

/// `report.json`: the page's text, and the names of its figures and tables.
struct StoredPage: Codable {
  struct Section: Codable {
    var title: String
    var blocks: [Block]
  }

  /// One of the three.
  struct Block: Codable {
    var text: String?
    var figure: String?
    var table: String?
  }

  var title: String
  var summary: String
  var sections: [Section]
  var provenance: Provenance?
}

extension ReportPage {
  /// Reads the page of a run's folder: `report.json` and the figures and tables it names.
  ///
  /// - Throws: ``ReportError`` that names the file that is missing or damaged.
  public init(from folder: String) throws {
    let path = "\(folder)/report.json"
    guard FileManager.default.fileExists(atPath: path) else {
      throw ReportError("'\(folder)' has no report.json; give the folder of a run that wrote a report")
    }
    let stored = try ReportJSON.read(StoredPage.self, path, what: "report")
    let sections = try stored.sections.map { section in
      Section(
        section.title,
        try section.blocks.map { block in
          switch (block.text, block.figure, block.table) {
          case (let text?, nil, nil): return .text(text)
          case (nil, let name?, nil):
            try Figure.check(name: name, of: "figure")
            return .figure(try Figure(contentsOf: "\(folder)/figures/\(name).json"))
          case (nil, nil, let name?):
            try Figure.check(name: name, of: "table")
            return .table(try ReportTable(contentsOf: "\(folder)/tables/\(name).json"))
          default:
            throw ReportError(
              "a block of '\(path)' is neither a text nor a figure nor a table; name one of them")
          }
        })
    }
    self.init(
      stored.title, summary: stored.summary, sections: sections, provenance: stored.provenance)
    try check()
  }

  /// Writes `report.json`, `figures/`, `tables/` and, last, `index.html`, each file whole or not at
  /// all.
  ///
  /// Everything is drawn before the first file is written. Without gnuplot the numbers are written,
  /// from which ``init(from:)`` makes the page later.
  ///
  /// - Throws: ``ReportError`` or ``TensorFileError``.
  public func write(to folder: String) throws {
    try check()
    guard figures.isEmpty || Gnuplot.path != nil else {
      try writeNumbers(to: folder)
      throw ReportError(
        "\(Gnuplot.missing); the numbers are in '\(folder)', and 'winnow report \(folder)' then draws them")
    }
    var drawings: [String: FigureDrawing] = [:]
    for figure in figures {
      do { drawings[figure.name] = try figure.drawing() } catch let error as ReportError {
        throw ReportError("figure '\(figure.name)': \(error.message)")
      }
    }
    let html = try html(drawings)
    try writeNumbers(to: folder)
    for figure in figures { try figure.write(drawings[figure.name]!, to: folder) }
    try AtomicFile.write(Array(html.utf8), to: "\(folder)/index.html")
  }

  private func writeNumbers(to folder: String) throws {
    try ReportFolder.make(folder)
    for figure in figures { try figure.writeNumbers(to: folder) }
    for table in tables { try table.write(to: folder) }
    let stored = StoredPage(
      title: title, summary: summary,
      sections: sections.map { section in
        StoredPage.Section(
          title: section.title,
          blocks: section.blocks.map { block in
            switch block {
            case .text(let text): StoredPage.Block(text: text)
            case .figure(let figure): StoredPage.Block(figure: figure.name)
            case .table(let table): StoredPage.Block(table: table.name)
            }
          })
      }, provenance: provenance)
    try AtomicFile.write(ReportJSON.bytes(stored), to: "\(folder)/report.json")
  }
}
