import ArgumentParser
import Winnow

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw a figure's JSON as SVG or PNG.",
    discussion: """
      Every run keeps its figures as figures/NAME.json; docs/reports.md lists what a file may hold.

      Example, after 'winnow train … -o build/jets':
        winnow plot build/jets/figures/loss.json -o loss.png
      """)

  @Argument(help: "The figure.")
  var figure: String

  @Option(name: .shortAndLong, help: "The drawing, a name ending in .svg or .png.")
  var output: String

  func validate() throws {
    guard [".svg", ".png"].contains(where: output.lowercased().hasSuffix) else {
      throw ValidationError("-o takes a name ending in .svg or .png, not '\(output)'.")
    }
  }

  func run() throws {
    try Figure(contentsOf: figure).draw(to: output)
    print("written to \(output)")
  }
}
