import WinnowFixedPoint
package import WinnowNetworkIR

extension FixedPointProgram {
  /// Events as tokens of all input ports, one after another from bit 0.
  package func inputTokens(_ vectors: TestVectors) -> [String] {
    let widths = inputs.flatMap { $0.types.map(\.width) }
    return (0..<vectors.count).map { event in
      let mantissas = inputs.indices.flatMap { port in
        zip(vectors.event(event, port: port), inputs[port].types).map { mantissa, type in
          mantissa >> Int64(inputs[port].fraction - type.fraction)
        }
      }
      return PackedWords.hexadecimal(mantissas, widths: widths)
    }
  }

  /// Results as tokens of all output ports.
  ///
  /// - Parameter results: for each port all events' mantissas, in the port's step.
  package func outputTokens(_ results: [[Int64]], events: Int) -> [String] {
    let widths = outputs.flatMap { $0.formats.map { max($0.width, 1) } }
    return (0..<events).map { event in
      let mantissas = outputs.indices.flatMap { port in
        let own = outputs[port]
        let count = own.values.count
        return (0..<count).map { element in
          results[port][event * count + element]
            >> Int64(own.fraction - own.formats[element].fraction)
        }
      }
      return PackedWords.hexadecimal(mantissas, widths: widths)
    }
  }

  /// All events through ``evaluate(_:)``: for each output port its mantissas.
  package func results(_ vectors: TestVectors) -> [[Int64]] {
    var results: [[Int64]] = outputs.map { _ in [] }
    for event in 0..<vectors.count {
      let values = evaluate(
        vectors.inputs.indices.map { vectors.event(event, port: $0).map { Int128($0) } })
      for (port, output) in outputs.enumerated() {
        results[port] += read(output, from: values).map { Int64(truncatingIfNeeded: $0) }
      }
    }
    return results
  }
}
