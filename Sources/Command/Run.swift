import ArgumentParser
import Foundation
import Winnow

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a network over the events of an NPZ file.",
    discussion: """
      Integer arrays are mantissas of the input's format; float arrays are real
      numbers, which the network quantises. Outputs are mantissas, one array an
      output, where the output is exact.

      Example:
        winnow run Examples/first-light/encoder.onnx \\
          Examples/first-light/vectors.npz -o build/scores.npz
      """)

  enum Execution: String, ExpressibleByArgument, CaseIterable { case interpreter, integer }

  @Argument(help: "The network.")
  var model: String

  @Argument(help: "An NPZ file with an array for each input, named as the input.")
  var inputs: String

  @Option(name: [.short, .customLong("output")], help: "The NPZ file to write.")
  var output: String

  @Option(help: "Which execution: the reference interpreter or the integer engine.")
  var engine: Execution = .integer

  @OptionGroup var symbols: SymbolOptions

  @Flag(help: "Print the arrays written as JSON.")
  var json = false

  struct Report: Encodable {
    var output: String
    var shapes: [String: [Int]]
  }

  func run() throws {
    let progress = Progress(silent: json)
    progress("reading \(model)")
    let network = try symbols.network(model).bindingBatch()
    let events = try InputEvents(path: inputs)
    progress("running")
    let results =
      engine == .integer
      ? try events.runEngine(network) : try events.runInterpreter(network)
    progress.finish()
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
    try OutputFolder.make(folder)
    try results.write(to: output)
    if json {
      let shapes = Dictionary(uniqueKeysWithValues: results.names.map { ($0, results[$0]!.shape) })
      return try printJSON(Report(output: output, shapes: shapes))
    }
    print(
      results.names.map { "\($0) \(results[$0]!.shape)" }.joined(separator: ", ")
        + " written to \(output)")
  }
}
