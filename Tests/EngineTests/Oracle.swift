import WinnowEngine
import WinnowFixedPoint
import WinnowNetworkIR

/// Events and the answers of `FixedPointProgram.evaluate`.
struct Oracle {
  let program: FixedPointProgram
  let events: Int
  /// Rows of mantissas, out-of-range ones among them.
  let inputs: [[Int64]]
  /// Rows of mantissas for each output.
  let outputs: [[Int128]]

  init(_ program: FixedPointProgram, events: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    self.program = program
    self.events = events
    inputs = program.inputs.map { port in
      (0..<events).flatMap { event in
        port.types.map { type in Self.mantissa(type, port.fraction, event, &random) }
      }
    }
    outputs = Self.evaluate(program, events: events) { [inputs] port, event, element in
      let types = program.inputs[port].types
      return types[element].convert(
        Int128(inputs[port][event * types.count + element]),
        fraction: program.inputs[port].fraction)
    }
  }

  /// Mostly in range; every fifth event holds corners, and every third of those anything.
  private static func mantissa(
    _ type: FixedPointType, _ fraction: Int, _ event: Int, _ random: inout SeededGenerator
  ) -> Int64 {
    let (low, high) = type.overflow.range(of: type.format)
    let shift = fraction - type.fraction
    if event % 15 == 4 {
      let any = Int64(bitPattern: random.next()) >> Int64.random(in: 0..<63, using: &random)
      return [any, .min, .max, 0, -1].randomElement(using: &random)!
    }
    let inside =
      event % 5 == 4
      ? [low, high, low + (high > low ? 1 : 0)].randomElement(using: &random)!
      : Int128.random(in: low...high, using: &random)
    return Int64(clamping: shift < 60 ? inside << shift : inside)
  }

  /// Evaluates the program on mantissas of the elements' own types.
  static func evaluate(
    _ program: FixedPointProgram, events: Int,
    _ input: (_ port: Int, _ event: Int, _ element: Int) -> Int128
  ) -> [[Int128]] {
    var outputs: [[Int128]] = program.outputs.map { _ in [] }
    for event in 0..<events {
      let values = program.evaluate(
        program.inputs.indices.map { port in
          program.inputs[port].types.indices.map { element in
            let shift = program.inputs[port].fraction - program.inputs[port].types[element].fraction
            return shift > 0 ? input(port, event, element) << shift : input(port, event, element)
          }
        })
      for (index, port) in program.outputs.enumerated() {
        outputs[index] += program.read(port, from: values)
      }
    }
    return outputs
  }

  /// The first events only.
  func inputs(_ count: Int) -> [[Int64]] {
    zip(inputs, program.inputs).map { Array($0.prefix(count * $1.types.count)) }
  }

  func outputs(_ count: Int) -> [[Int128]] {
    zip(outputs, program.outputs).map { Array($0.prefix(count * $1.values.count)) }
  }
}
