import Foundation
import Testing
import WinnowMetrics
import WinnowReports

@Suite struct FigureTests {
  private let figure = Figure(
    "f", title: "p_{T} & <more>", x: Axis("x"), y: Axis("y", from: 0.1, to: 100, isLogarithmic: true),
    series: [
      Series("a, b", x: [1, 2, 3], y: [1, .nan, 4], errors: [0.5, 0, 1]),
      Series("published", .steps, x: [0, 1, 2], y: [3, 5], isPublished: true),
    ], caption: "c")

  private func read(_ text: String) throws -> Figure {
    try withFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/figure.json"))
      return try Figure(contentsOf: "\(folder)/figure.json")
    }
  }

  /// What a file holds is the figure, what is no number included.
  @Test func jsonKeepsEverything() throws {
    let json = try figure.json()
    let again = try read(String(decoding: json, as: UTF8.self))
    #expect(try again.json() == json)
    #expect(again.series[0].y[1].isNaN)
    #expect(again.series[1].isPublished)
  }

  @Test func aFigureWrittenByHandMayBeShort() throws {
    let figure = try read(
      #"{"name": "f", "x": {"label": "x"}, "y": {"label": "y"}, "series": [{"x": [1, 2], "y": [3, 4]}]}"#)
    #expect(figure.series == [Series("", .points, x: [1, 2], y: [3, 4])])
    #expect(figure.legend == .above)
  }

  @Test(arguments: [
    ("[", "it is not JSON"), (#"{"name": "f"}"#, "'x' is missing"),
    (#"{"name": "f", "x": {"label": 3}, "y": {"label": "y"}}"#, "'x.label' is of another kind"),
    (#"{"name": "../f", "x": {"label": "x"}, "y": {"label": "y"}}"#, "cannot name a figure's files"),
    (#"{"name": "f", "x": {"label": "x"}, "y": {"label": "y"}}"#, "has nothing to draw"),
    (
      #"{"name": "f", "x": {"label": "x"}, "y": {"label": "y"}, "series": [{"x": [1], "y": [1, 2]}]}"#,
      "1 positions and 2 values"
    ),
    (
      #"{"name": "f", "x": {"label": "x"}, "y": {"label": "y"}, "series": [{"x": [1], "y": [1], "yLow": [0]}]}"#,
      "errors on one side"
    ),
    (
      #"{"name": "f", "x": {"label": "x", "low": 0, "isLogarithmic": true}, "y": {"label": "y"}}"#,
      "be above 0 where it is logarithmic"
    ),
    (
      #"{"name": "f", "x": {"label": "x"}, "y": {"label": "y"}, "map": {"xEdges": [0, 1], "yEdges": [0, 1, 2], "values": [1]}}"#,
      "has 1 values for 2 and 3 edges"
    ),
  ])
  func faultsAreNamed(_ text: String, _ fault: String) throws {
    let error = #expect(throws: ReportError.self) { try read(text) }
    #expect(error?.message.contains(fault) == true, "\(error?.message ?? "")")
  }

  @Test func csvHoldsEveryNumber() {
    #expect(
      figure.csv == """
        panel,series,x,x_low,x_high,y,y_low,y_high,size,value
        main,"a, b",1.0,,,1.0,0.5,1.5,,
        main,"a, b",2.0,,,nan,nan,nan,,
        main,"a, b",3.0,,,4.0,3.0,5.0,,
        main,published,0.5,0.0,1.0,3.0,,,,
        main,published,1.5,1.0,2.0,5.0,,,,

        """)
  }

  @Test func ratiosAreDividedPositionByPosition() throws {
    let reference = Series("r", x: [1, 2, 3], y: [2, 0, 4], errors: [1, 1, 1])
    let panel = try RatioPanel(
      "ratio", of: [Series("s", x: [1, 2, 3], y: [3, 1, 1], errors: [1, 1, 2])], to: reference)
    // The reference's zero is left out; its own errors are the band.
    #expect(panel.series.map(\.y) == [[1, 1], [1.5, 0.25]])
    #expect(panel.series.map(\.yLow) == [[0.5, 0.75], [1, -0.25]])
    #expect(panel.series[0].style == .band)
    #expect(throws: ReportError.self) {
      try RatioPanel("ratio", of: [Series("s", .points, x: [1, 2, 3.1], y: [3, 1, 1])], to: reference)
    }
  }

  @Test func seriesOfMetrics() throws {
    var histogram = Histogram(try Binning(2, from: 0, to: 2))
    for _ in 0..<4 { histogram.fill(0.5, weight: 0.5) }
    let series = Series("h", histogram)
    // Four weights of 0.5: the sum is 2 and its error √(4 · 0.25) = 1.
    #expect(series.x == [0, 1, 2] && series.y == [2, 0])
    #expect(series.yLow == [1, 0] && series.yHigh == [3, 0])
    var turnOn = TurnOn(try Binning(2, from: 0, to: 2))
    for _ in 0..<10 { turnOn.fill(1.5, passes: true) }
    let efficiency = Series("e", turnOn)
    #expect(efficiency.x == [1.5] && efficiency.y == [1] && efficiency.yHigh == [1])
    // Clopper and Pearson, all of ten: the lower end is α^(1/10), α = (1 − 0.6827) / 2.
    #expect(abs(efficiency.yLow![0] - pow(0.158_655_253_931_457, 0.1)) < 1e-9)
  }

  @Test func theTextForWhoCannotSee() {
    #expect(
      figure.alternativeText == "pT & <more>: y against x on a logarithmic scale; a, b, published.")
  }
}

/// A folder for the time of a closure.
func withFolder<Result>(_ action: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-report-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try action(folder.path)
}
