import ArgumentParser
import Winnow

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make a run's page again from its files.",
    discussion: """
      Reads report.json and the figures and tables it names, and writes index.html, one file that
      needs no network.

      Example:
        winnow report build/study
      """)

  @Argument(help: "The folder of a run that wrote report.json.")
  var folder: String

  func run() throws {
    try ReportPage(from: folder).write(to: folder)
    print("written to \(folder)/index.html")
  }
}
