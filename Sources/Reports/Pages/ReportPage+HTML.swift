import Foundation

extension ReportPage {
  /// The page as one file that needs no other and no network.
  func html(_ drawings: [String: FigureDrawing]) throws -> String {
    var (figureNumber, tableNumber) = (0, 0)
    var body = ""
    for (index, section) in sections.enumerated() {
      body += "<section id=\"section-\(index + 1)\">\n<h2>\(FigureText(section.title).html)</h2>\n"
      // Figures that follow one another stand beside one another where there is room.
      var isInGrid = false
      for block in section.blocks {
        var isFigure = false
        if case .figure = block { isFigure = true }
        if isFigure != isInGrid {
          body += isFigure ? "<div class=\"figures\">\n" : "</div>\n"
          isInGrid = isFigure
        }
        switch block {
        case .text(let text): body += "<p>\(FigureText(text).html)</p>\n"
        case .figure(let figure):
          figureNumber += 1
          guard let drawing = drawings[figure.name] else {
            throw ReportError("figure '\(figure.name)' was not drawn")
          }
          body += try html(figure, drawing, number: figureNumber)
        case .table(let table):
          tableNumber += 1
          body += try html(table, number: tableNumber)
        }
      }
      body += (isInGrid ? "</div>\n" : "") + "</section>\n"
    }
    let contents = sections.enumerated().map { index, section in
      "<li><a href=\"#section-\(index + 1)\">\(FigureText(section.title).html)</a></li>"
    }
    let navigation =
      sections.count < 2
      ? "" : "<nav aria-label=\"Contents\"><ol>\(contents.joined())</ol></nav>\n"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="winnow">
      <title>\(HTML.escaped(FigureText(title).plain))</title>
      <link rel="icon" href="data:,">
      <style>
      \(pageStyle)
      </style>
      </head>
      <body>
      <header>
      <h1>\(FigureText(title).html)</h1>
      <p class="summary">\(FigureText(summary).html)</p>
      \(provenance.map(Self.html) ?? "")
      </header>
      \(navigation)<main>
      \(body)</main>
      <footer><p>Made by winnow from the files beside this page: <code>report.json</code>, <code>figures/</code>, <code>tables/</code>. The figures are there as SVG and PNG too.</p></footer>
      </body>
      </html>

      """
  }

  private func html(_ figure: Figure, _ drawing: FigureDrawing, number: Int) throws -> String {
    var svg = String(decoding: drawing.svg, as: UTF8.self)
    // What comes before is for a file of its own.
    if let start = svg.range(of: "<svg") { svg = String(svg[start.lowerBound...]) }
    return """
      <figure id="figure-\(figure.name)">
      <div class="drawing">
      \(svg)</div>
      <figcaption>
      <p><b>Figure \(number).</b> \(FigureText(Self.sentence(figure.title)).html) \(FigureText(figure.caption).html)</p>
      \((figure.provenance ?? provenance).map(Self.html) ?? "")
      \(links(figure.name, csv: Array(figure.csv.utf8), json: try figure.json()))
      </figcaption>
      </figure>

      """
  }

  private func html(_ table: ReportTable, number: Int) throws -> String {
    let isText = table.columns.indices.map { column in
      table.rows.allSatisfy {
        if case .text = $0[column] { true } else { $0[column] == .empty }
      }
    }
    func kind(_ column: Int) -> String { isText[column] ? "" : " class=\"number\"" }
    let header = table.columns.enumerated().map {
      "<th scope=\"col\"\(kind($0.offset))>\(FigureText($0.element.label).html)</th>"
    }
    let rows = table.rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let text = cell.html(digits: table.columns[column].digits)
        return column == 0 && isText[0]
          ? "<th scope=\"row\">\(text)</th>" : "<td\(kind(column))>\(text)</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    return """
      <div class="table" id="table-\(table.name)">
      <p id="table-\(table.name)-caption"><b>Table \(number).</b> \(FigureText(Self.sentence(table.title)).html) \(FigureText(table.caption).html)</p>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="table-\(table.name)-caption">
      <table aria-labelledby="table-\(table.name)-caption">
      <thead><tr>\(header.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      \((table.provenance ?? provenance).map(Self.html) ?? "")
      \(links(table.name, csv: Array(table.csv.utf8), json: try table.json()))
      </div>

      """
  }

  private static func sentence(_ title: String) -> String {
    title.isEmpty || title.hasSuffix(".") ? title : title + "."
  }

  private static func html(_ provenance: Provenance) -> String {
    var items = [
      "<dt>data</dt><dd>\(FigureText(provenance.data).html)</dd>",
      "<dt>statistics</dt><dd>\(FigureText(provenance.statistics).html)</dd>",
      "<dt>command</dt><dd><code>\(HTML.escaped(provenance.command))</code></dd>",
    ]
    if let seed = provenance.seed { items.append("<dt>seed</dt><dd>\(seed)</dd>") }
    return "<dl>\(items.map { "<div>\($0)</div>" }.joined())</dl>"
  }

  /// The numbers, inside the page, so that it can be sent alone.
  private func links(_ name: String, csv: [UInt8], json: [UInt8]) -> String {
    func link(_ bytes: [UInt8], _ type: String, _ ending: String) -> String {
      "<a download=\"\(name).\(ending)\" href=\"data:\(type);base64,\(Data(bytes).base64EncodedString())\">\(ending.uppercased())</a>"
    }
    return
      "<p class=\"numbers\">Numbers of <code>\(name)</code>: \(link(csv, "text/csv", "csv")) \(link(json, "application/json", "json"))</p>"
  }
}
