import WinnowNetworkFormats
import WinnowTraining

/// A loss that is an ONNX graph: `{kind: graph, file: loss.onnx, inputs: {prediction: output}}`.
struct GraphLossRecipe: Sendable {
  static let kind = "graph"

  var file: String
  /// Values of the network or columns of the data, by the graph's inputs.
  var inputs: [String: String]
  var weight: Double

  /// `nil` for a loss of another kind.
  init?(_ value: RecipeValue, _ files: RecipeFiles) throws {
    guard value.isTable, case .table(let entries) = value.content,
      (try? entries.first { $0.key == "kind" }?.value.string()) == Self.kind
    else { return nil }
    let table = try RecipeTable(value, keys: ["kind", "file", "inputs", "weight"])
    file = files.path(try table.required("file").string())
    inputs = [:]
    for (name, entry) in try table["inputs"]?.table() ?? [] { inputs[name] = try entry.string() }
    weight = try table.number("weight") ?? 1
  }

  func term() throws -> LossGraphTerm {
    LossGraphTerm(try NetworkRecipe.read(file), inputs: inputs, weight: weight)
  }
}
