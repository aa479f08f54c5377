import Foundation
import Testing
import WinnowReports

@Suite struct ReportTableTests {
  private let table = ReportTable(
    "t", title: "T", columns: [.init("name"), .init("value"), .init("n")],
    rows: [
      [.text("a, b"), .measured(1.5, 1...2.25), .number(45_000)], [.text("c"), .empty, .number(.nan)],
    ])

  @Test func filesHoldEverything() throws {
    #expect(table.csv == "name,value,value low,value high,n\n\"a, b\",1.5,1.0,2.25,45000.0\nc,,,,nan\n")
    try withFolder { folder in
      try table.write(to: folder)
      let again = try ReportTable(contentsOf: "\(folder)/tables/t.json")
      #expect(try again.json() == table.json())
      #expect(again.rows[0] == table.rows[0])
    }
  }

  @Test func comparisonsDivide() {
    let table = ReportTable(
      "t", title: "T",
      comparing: [.init("q", published: .number(4), ours: .measured(5, 4...6), source: "s")])
    #expect(table.rows[0][3] == .number(1.25))
  }

  @Test func rowsOfAnotherLength() {
    let table = ReportTable("t", title: "T", columns: [.init("a")], rows: [[.empty], []])
    let error = #expect(throws: ReportError.self) { try table.check() }
    #expect(error?.message == "row 2 of table 't' has 0 cells for 1 columns; give as many")
  }
}

@Suite(.enabled(if: Gnuplot.path != nil, "gnuplot is not installed"))
struct ReportPageTests {
  /// The page made again from its files is the same, to the byte.
  @Test func remadeFromFiles() throws {
    try withFolder { folder in
      try ExamplePage.make().write(to: folder)
      let first = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/index.html"))
      try FileManager.default.removeItem(atPath: "\(folder)/index.html")
      try ReportPage(from: folder).write(to: folder)
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/index.html")) == first)
    }
  }

  /// Captions say where numbers come from, text is escaped, and numbers show their errors.
  @Test func whatItShows() throws {
    try withFolder { folder in
      try ExamplePage.make().write(to: folder)
      let html = try String(contentsOfFile: "\(folder)/index.html", encoding: .utf8)
      #expect(html.contains("<dt>statistics</dt><dd>5,000 events</dd>"))
      #expect(html.contains("<dt>seed</dt><dd>1</dd>"))
      #expect(html.contains("a report looks like &amp; holds &lt;together&gt;."))
      #expect(html.contains("0.1712 ± 0.0022"))
      #expect(html.contains("15.10 <span class=\"errors\"><sup>+0.80</sup><sub>−0.50</sub></span>"))
      #expect(html.contains("1\u{202f}250\u{202f}000"))
      #expect(html.contains("E<sub>T</sub><sup>miss</sup>"))
      // Nothing is fetched: addresses occur as names of formats only.
      for found in html.matches(of: /(src|href)=["'](https?:|\/\/)/) {
        Issue.record("\(found.output.0)")
      }
    }
  }

  @Test func faultsAreNamed() throws {
    try withFolder { folder in
      var error = #expect(throws: ReportError.self) { try ReportPage(from: folder) }
      #expect(error?.message.contains("has no report.json") == true)
      let figure = Figure(
        "f", title: "", x: Axis("x"), y: Axis("y"), series: [Series("", .line, x: [1, 2], y: [1, 2])])
      let page = ReportPage("t", summary: "", sections: [.init("s", [.figure(figure)])])
      try page.write(to: folder)
      try FileManager.default.removeItem(atPath: "\(folder)/figures/f.json")
      error = #expect(throws: ReportError.self) { try ReportPage(from: folder) }
      #expect(error?.message.contains("figures/f.json") == true)
      try Data(
        #"{"title": "", "summary": "", "sections": [{"title": "", "blocks": [{"figure": "../f"}]}]}"#.utf8
      )
      .write(to: URL(fileURLWithPath: "\(folder)/report.json"))
      error = #expect(throws: ReportError.self) { try ReportPage(from: folder) }
      #expect(error?.message.contains("cannot name a figure's files") == true)
      error = #expect(throws: ReportError.self) {
        try ReportPage("t", summary: "", sections: [.init("s", [.figure(figure), .figure(figure)])])
          .write(to: folder)
      }
      #expect(error?.message == "two figures of the page are called 'f'; rename one")
    }
  }
}
