import ArgumentParser
import Winnow

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what a file of events holds, or one of its events.",
    discussion: """
      Files of 'winnow generate' and 'winnow simulate'.

      Example:
        winnow show Examples/events/w-leptons.npz --event 3
      """)

  @Argument(help: "The file: NPZ, HDF5, .csv or .csv.gz.")
  var file: String

  @Option(help: "The number of an event to print, from 0.")
  var event: Int?

  func run() throws {
    let summary = try EventFileSummary(file)
    if let event {
      print(try summary.picture(of: event))
    } else {
      print(try summary.text())
    }
  }
}
