import WinnowNetworkIR

extension Objective {
  /// Compares what the data's columns hold with what the graph's inputs take.
  ///
  /// - Throws: ``TrainingError`` naming the first column that does not fit, or is missing.
  func check(_ data: any BatchSource) throws {
    for input in network.inputs where !data.columns.contains(input.name) {
      throw TrainingError(
        "the data has no column for the input '\(input.name)'; it has \(data.columns.joined(separator: ", "))"
      )
    }
    for (column, width) in zip(data.columns, data.widths) {
      guard let input = network.inputs.first(where: { $0.name == column }) else {
        throw TrainingError("the data's column '\(column)' is no input of the objective")
      }
      let wanted = input.type.shape.dropFirst().reduce(1) { $0 * ($1.size ?? 1) }
      guard width == wanted else {
        throw TrainingError(
          "'\(column)' has \(width) value\(width == 1 ? "" : "s") per event in the data, and the network or its loss takes \(wanted); give another column or loss"
        )
      }
    }
  }
}
