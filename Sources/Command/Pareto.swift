import ArgumentParser
import Winnow

struct Pareto: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the loss of a run's networks against their look-up tables and latency.",
    discussion: """
      Takes the folder of a finished 'winnow train' or of a 'winnow scan'.

      Example, after 'winnow train … -o build/jets':
        winnow pareto build/jets
      """)

  @Argument(help: "The folder of a training or a scan.")
  var folder: String

  @Option(parsing: .unconditional, help: "The clock, MHz.")
  var clock: Double = 200

  @Option(help: "The device, or the start of its part number; see 'winnow devices'.")
  var device: String = "xcvu9p"

  @Flag(help: "Print the table as JSON.")
  var json = false

  func validate() throws {
    guard clock.isFinite, clock > 0 else {
      throw ValidationError("--clock takes a frequency in MHz above 0, not \(clock).")
    }
    guard Device.named(device) != nil else {
      throw ValidationError(
        "--device \(device) is not known, or stands for several; 'winnow devices' lists them.")
    }
  }

  func run() throws {
    let progress = Progress(silent: json)
    let options = FirmwareOptions(
      clock: clock, part: Device.named(device)!.part, extraDepth: 0, seed: 1)
    let report = try ParetoReport(folder, options: options) { progress($0) }
    let figure = try report.write()
    progress.finish()
    if json { return try printJSON(report) }
    print(
      column("network", 28) + column("loss", 12) + column("LUT", 9) + column("FF", 9)
        + column("cycles", 8) + column("ns", 8) + "bit operations")
    for point in report.points {
      print(
        column(point.network, 28) + column(Train.short(point.loss), 12)
          + column("\(point.lookUpTables)", 9) + column("\(point.flipFlops)", 9)
          + column("\(point.latencyCycles)", 8) + column(Train.short(point.latencyNanoseconds), 8)
          + "\(point.effectiveBitOperations)" + (point.isOnFront ? "" : "  beaten"))
    }
    print("written to \(folder)/pareto.json\(Self.text(figure))")
  }

  private static func text(_ figure: ParetoReport.Figure) -> String {
    switch figure {
    case .written: " and figures/pareto.svg"
    case .singleNetwork: "; a single network makes no figure"
    case .withoutGnuplot:
      "; no figure, as gnuplot is not installed: apt-get install gnuplot-nox, and run this again"
    case .gnuplotFailed: "; no figure, as gnuplot failed"
    }
  }
}
