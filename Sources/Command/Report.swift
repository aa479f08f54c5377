import ArgumentParser
import Winnow

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make a run's page again from its files, or a design's report with Vivado's figures.",
    discussion: """
      Reads report.json and the figures and tables it names, and writes
      index.html, one file that needs no network. With --vivado the folder is one
      of 'winnow compile', and Vivado's figures replace the modelled ones in its
      report.

      Example:
        winnow report build/study
      """)

  @Argument(help: "The folder of a run that wrote report.json, or of 'winnow compile'.")
  var folder: String

  @Option(help: "A folder with Vivado's report_utilization and report_timing_summary files.")
  var vivado: String?

  func run() throws {
    if let vivado {
      print(try RunDirectory(folder).replaceEstimates(withVivado: vivado), terminator: "")
      print("written to \(folder)/firmware/reports")
      return
    }
    try ReportPage(from: folder).write(to: folder)
    print("written to \(folder)/index.html")
  }
}
