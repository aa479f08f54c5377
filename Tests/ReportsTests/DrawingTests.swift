import Foundation
import Testing
import WinnowReports

@Suite(.enabled(if: Gnuplot.path != nil, "gnuplot is not installed"))
struct DrawingTests {
  private func figure(label: String) -> Figure {
    Figure(
      "f", title: label, x: Axis(label), y: Axis("y"),
      series: [Series(label, .lineAndPoints, x: [1, 2], y: [3, 4])], annotations: [.text(label, x: 1, y: 3)],
      alternative: label)
  }

  /// An SVG that says what it shows, a PNG twice as large, and the same bytes again.
  @Test func bothFormats() throws {
    let figure = figure(label: "p_{T}")
    let drawing = try figure.drawing()
    let svg = String(decoding: drawing.svg, as: UTF8.self)
    #expect(svg.contains("<title id=\"f-title\">pT</title>"))
    #expect(svg.contains("<desc id=\"f-alternative\">p_{T}</desc>"))
    #expect(svg.contains("viewBox=\"0 0 640 440\""))
    #expect(!svg.contains("Gnuplot</title>") && !svg.contains("id='gp"))
    // Signature, then width and height of the header, RFC 2083.
    #expect(Array(drawing.png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(Array(drawing.png[16..<24]) == [0, 0, 0x05, 0x00, 0, 0, 0x03, 0x70])
    let again = try figure.drawing()
    #expect(again.svg == drawing.svg && again.png == drawing.png)
  }

  /// Nothing in a text is a command or a mark of gnuplot's.
  @Test func textMeansItself() throws {
    let hostile = "it's `date` \"$x\" \\n 50% a_b @c & {d} ~e #f"
    let svg = String(decoding: try figure(label: hostile).drawing().svg, as: UTF8.self)
    let shown = svg.replacingOccurrences(of: "<[^>]*>", with: "", options: .regularExpression)
      .replacingOccurrences(of: "&amp;", with: "&")
    for part in ["it's", "`date`", "\"$x\"", "\\n", "50%", "a_b", "@c", "& {d}", "~e", "#f"] {
      #expect(shown.contains(part), "\(part) in \(shown.suffix(600))")
    }
  }

  /// Each style, axis and panel is accepted by gnuplot.
  @Test func everyFigureOfTheExampleIsDrawn() throws {
    for figure in try ExamplePage.make().figures {
      let drawing = try figure.drawing()
      #expect(drawing.svg.count > 4000, "\(figure.name)")
    }
  }

  /// Places in the drawing are in proportion to the numbers.
  @Test func theLineIsWhereTheNumbersAre() throws {
    let figure = Figure(
      "f", title: "", x: Axis("x", from: 0, to: 2), y: Axis("y", from: 0, to: 4),
      series: [Series("", .line, x: [0, 1, 2], y: [0, 2, 4], color: .vermillion)])
    let svg = String(decoding: try figure.drawing().svg, as: UTF8.self)
    // The series' path is the one with three places, in its colour.
    let pattern =
      /stroke='rgb\(213, *94, *0\)' *d='M([0-9.]+),([0-9.]+) L([0-9.]+),([0-9.]+) L([0-9.]+),([0-9.]+)/
    let match = try #require(svg.firstMatch(of: pattern), "\(svg.suffix(3000))")
    let x = [match.1, match.3, match.5].compactMap { Double($0) }
    let y = [match.2, match.4, match.6].compactMap { Double($0) }
    // Coordinates are written with two decimal places.
    #expect(abs(x[0] + x[2] - 2 * x[1]) < 0.03 && x[2] - x[0] > 300)
    #expect(abs(y[0] + y[2] - 2 * y[1]) < 0.03 && y[0] - y[2] > 200)
  }

  /// An error bar is as long as its error, shorter than the marker too, and nothing covers it.
  @Test func barsAreSeen() throws {
    let figure = Figure(
      "f", title: "", x: Axis("x", from: 0, to: 2), y: Axis("y", from: 0, to: 4),
      series: [
        Series("", .line, x: [0, 2], y: [0, 4], color: .vermillion),
        Series("", x: [1], y: [2], errors: [0.5], color: .green),
      ])
    let svg = String(decoding: try figure.drawing().svg, as: UTF8.self)
    let line = try #require(
      svg.firstMatch(of: /rgb\(213, *94, *0\)' *d='M[0-9.]+,([0-9.]+) L[0-9.]+,([0-9.]+)/))
    let bar = try #require(
      svg.firstMatch(of: /rgb\( *0, *158, *115\)' *d='M([0-9.]+),([0-9.]+) L([0-9.]+),([0-9.]+)/))
    let height = abs(Double(line.1)! - Double(line.2)!)
    // One unit of four; coordinates have two decimal places.
    #expect(bar.1 == bar.3)
    #expect(abs(abs(Double(bar.2)! - Double(bar.4)!) - height / 4) < 0.03)
    #expect(!svg[bar.range.upperBound...].contains("color='#FFFFFF'/>"))
  }

  @Test func endingsOfPaths() throws {
    try withFolder { folder in
      try figure(label: "a").draw(to: "\(folder)/a.svg")
      try figure(label: "a").draw(to: "\(folder)/a.PNG")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.PNG", "a.svg"])
      let error = #expect(throws: ReportError.self) { try figure(label: "a").draw(to: "\(folder)/a.pdf") }
      #expect(error?.message.contains("neither in .svg nor in .png") == true)
    }
  }
}

@Suite struct GnuplotTests {
  /// Without gnuplot a figure says so in one sentence, and the numbers are kept.
  @Test func missing() async {
    await #expect(processExitsWith: .success) {
      _ = unsafe setenv("PATH", "", 1)
      let figure = Figure(
        "f", title: "", x: Axis("x"), y: Axis("y"), series: [Series("", .line, x: [1], y: [1])])
      let folder = FileManager.default.temporaryDirectory.path + "/winnow-no-gnuplot-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let page = ReportPage("t", summary: "", sections: [.init("s", [.figure(figure)])])
      do {
        try page.write(to: folder)
        Foundation.exit(1)
      } catch let error as ReportError {
        let isSaid = error.message.contains("apt-get install gnuplot") && !error.message.contains("\n")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        guard isSaid, files == ["figures", "figures/f.csv", "figures/f.json", "report.json"] else {
          Foundation.exit(2)
        }
      }
    }
  }
}
