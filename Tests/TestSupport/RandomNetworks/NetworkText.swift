public import Winnow

extension Network {
  /// The network as a page of text: inputs, constants, nodes with all their parameters, outputs.
  public var readableText: String {
    var lines = ["network '\(name)'"]
    lines += inputs.map { "  input '\($0.name)': \($0.type)" }
    for (name, tensor) in constants.sorted(by: { $0.key < $1.key }) {
      if let (mantissas, fraction) = tensor.mantissas {
        lines.append("  constant '\(name)': \(tensor.shape) \(mantissas) · 2^\(-fraction)")
      } else {
        lines.append("  constant '\(name)': \(tensor.shape) \(tensor.elements.doubles)")
      }
    }
    for node in nodes {
      let inputs = node.inputs.map { "'\($0)'" }.joined(separator: ", ")
      let outputs = node.outputs.map { "'\($0)'" }.joined(separator: ", ")
      lines.append("  \(outputs) = \(node.operation.readableText) of \(inputs)")
    }
    lines.append("  outputs \(outputs.map { "'\($0)'" }.joined(separator: ", "))")
    return lines.joined(separator: "\n")
  }
}

extension Operator {
  fileprivate var readableText: String {
    if let quantize = self as? Quantize {
      return "Quantize(\(quantize.types.map(\.description).joined(separator: " ")))"
        + (quantize.shape.isEmpty ? "" : " per \(quantize.shape)")
    }
    if let sum = (self as? Dense)?.accumulation { return "Dense(\(sum.readableText))" }
    return "\(self)"
  }
}

extension Accumulation {
  fileprivate var readableText: String {
    guard let accumulator else { return "exact" }
    return "product \(product?.description ?? "exact"), accumulator \(accumulator)"
  }
}
