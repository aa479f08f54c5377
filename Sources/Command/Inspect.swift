import ArgumentParser
import Winnow

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a network's layers, shapes, number formats, weights and work.",
    discussion: "Example:\n  winnow inspect Examples/first-light/encoder.onnx")

  @Argument(help: "The network: ONNX, QONNX, or an hls4ml model description.")
  var model: String

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @OptionGroup var symbols: SymbolOptions

  func run() throws {
    let summary = try NetworkSummary(symbols.network(model))
    if json { return try printJSON(summary) }
    print(summary.network)
    for input in summary.inputs { print("  input   \(input)") }
    for output in summary.outputs { print("  output  \(output)") }
    let names = (summary.layers.map(\.name.count).max() ?? 5) + 2
    let results = (summary.layers.map(\.type.count).max() ?? 6) + 2
    print(
      column("layer", names) + column("operator", 18) + column("result", results)
        + right("weights", 8) + right("zeros", 7) + right("mult.", 8) + right("EBOP", 9)
        + "  formats")
    for layer in summary.layers {
      print(
        column(layer.name, names) + column(layer.operation, 18) + column(layer.type, results)
          + right("\(layer.weights)", 8) + right("\(layer.zeros)", 7)
          + right("\(layer.multiplications)", 8)
          + right(layer.effectiveBitOperations.map { "\($0)" } ?? "–", 9) + "  " + layer.detail)
    }
    print(
      column("total", names + 18 + results) + right("\(summary.weights)", 8) + right("\(summary.zeros)", 7)
        + right("\(summary.multiplications)", 8)
        + right(summary.effectiveBitOperations.map { "\($0)" } ?? "–", 9))
    if let reason = summary.notExact { print("no exact fixed-point form: \(reason)") }
  }

  private func right(_ text: String, _ width: Int) -> String {
    text.count >= width ? " " + text : String(repeating: " ", count: width - text.count) + text
  }
}
