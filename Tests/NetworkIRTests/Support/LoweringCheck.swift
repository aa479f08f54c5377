import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Compares a network's fixed-point program with the interpreter, value by value, and every
/// instruction with its stated interval.
struct LoweringCheck {
  let network: Network
  let interpreter: Interpreter
  let program: FixedPointProgram
  let pruned: FixedPointProgram

  init(_ network: Network) throws {
    self.network = network
    interpreter = try Interpreter(network)
    program = try FixedPointProgram(network)
    pruned = program.prunedToOutputs()
  }

  /// Runs events of random, extreme and out-of-range inputs.
  ///
  /// - Returns: the first difference in words; `nil` if all is equal. `compared` counts the values.
  func firstDifference(events: Int, seed: UInt64, compared: inout Int) throws -> String? {
    if let flaw = structuralFlaw { return flaw }
    var random = SeededGenerator(seed: seed)
    for event in 0..<events {
      var tensors: [String: Tensor] = [:]
      for port in program.inputs { tensors[port.name] = Self.tensor(port, event: event, &random) }
      let expected: [String: Tensor]
      do { expected = try interpreter.trace(tensors) } catch {
        // The interpreter counts a whole tensor in its finest step; the program needs fewer bits.
        if "\(error)".contains("needs more than 127 bits") { continue }
        return "event \(event): the interpreter throws \(error) where the program does not\n\(tensors)"
      }
      let inputs = program.inputs.map { Self.mantissas($0, tensors[$0.name]!) }
      let values = program.evaluate(inputs)
      if let outside = Self.unsound(program, values) { return "event \(event): \(outside)\n\(tensors)" }
      for port in program.traces + program.outputs {
        guard let (wanted, fraction) = (expected[port.name] ?? network.constants[port.name])?.mantissas
        else { return "event \(event): \(port.name) is not exact in the interpreter" }
        let found = program.read(port, from: values)
        if fraction != port.fraction || found != wanted {
          return
            "event \(event): \(port.name) is \(found) · 2^-\(port.fraction), not \(wanted) · 2^-\(fraction)\n\(tensors)"
        }
        for (mantissa, format) in zip(found, port.formats)
        where !format.contains(mantissa: mantissa >> (port.fraction - format.fraction)) {
          return
            "event \(event): \(port.name) = \(mantissa) · 2^-\(port.fraction) is outside its port \(format)"
        }
        compared += found.count
      }
      let kept = pruned.evaluate(inputs)
      for (port, whole) in zip(pruned.outputs, program.outputs)
      where pruned.read(port, from: kept) != program.read(whole, from: values) {
        return "event \(event): pruning changes \(port.name)"
      }
      compared += values.count
    }
    return nil
  }

  /// What every program promises whatever its inputs are.
  private var structuralFlaw: String? {
    for (value, instruction) in program.instructions.enumerated() {
      if instruction.operands.contains(where: { $0 >= value }) { return "%\(value) reads a later value" }
      switch instruction {
      case .table(let x, let first, let entries):
        let range = program.intervals[x]
        if range.low != first || range.high != first + Int128(entries.count) - 1 {
          return
            "%\(value): a table from \(first) of \(entries.count) entries over \(range.low)...\(range.high)"
        }
      case .floorShift(_, let bits), .convergentShift(_, let bits):
        if !(0...126).contains(bits) { return "%\(value) shifts by \(bits) bits" }
      case .maximum(let a, let b), .minimum(let a, let b), .less(let a, let b), .equal(let a, let b),
        .select(_, let a, let b):
        let steps = [a, b].map { program.intervals[$0.value].fraction + $0.shift }
        if steps[0] != steps[1] { return "%\(value) combines the steps \(steps)" }
      default: break
      }
    }
    return nil
  }

  static func unsound(_ program: FixedPointProgram, _ values: [Int128]) -> String? {
    for (index, value) in values.enumerated() {
      let range = program.intervals[index]
      if value < range.low || value > range.high {
        return "%\(index) = \(program.instructions[index]) is \(value), outside \(range.low)...\(range.high)"
      }
    }
    return nil
  }

  /// The mantissas of an input port: the event converted as its Quantize nodes convert it.
  static func mantissas(_ port: FixedPointProgram.InputPort, _ tensor: Tensor) -> [Int128] {
    if let (values, fraction) = tensor.mantissas {
      return zip(values, port.types).map { value, type in
        type.convert(value, fraction: fraction) << (port.fraction - type.fraction)
      }
    }
    return zip(tensor.elements.doubles, port.types).map { value, type in
      type.convert(value)! << (port.fraction - type.fraction)
    }
  }

  /// Inputs of one event: ends of the types' ranges, ties, values far outside, infinities.
  static func tensor(
    _ port: FixedPointProgram.InputPort, event: Int, _ random: inout SeededGenerator
  ) -> Tensor {
    // Fixed-point inputs a few bits finer than the port reach every tie.
    if event % 3 == 1 {
      let extra = random.int(0...3)
      let fraction = port.fraction + extra
      let values = port.types.map { type -> Int128 in
        let shift = fraction - type.fraction
        guard type.width > 0, type.width + shift < 100 else { return random.pick([0, 1, -1]) }
        let bound = Int128(1) << (type.width + shift + (random.chance(20) ? 2 : 0))
        return Int128.random(in: -bound...bound, using: &random)
      }
      return Tensor(port.shape, .fixed(values, fraction: fraction))
    }
    let values = port.types.map { type -> Double in
      let low = type.format.interval.minimum
      let high = type.format.interval.maximum
      let step = Double(sign: .plus, exponent: -type.fraction, significand: 1)
      switch random.int(0...9) {
      case 0: return low
      case 1: return high
      case 2: return low - step * Double(random.int(0...4)) / 2
      case 3: return high + step * Double(random.int(0...4)) / 2
      case 4: return random.pick([0, -0.0, step / 2, -step / 2, .infinity, -.infinity, 1e300, -1e-300])
      default:
        return Double.random(in: (min(low, -high) - step) * 1.25...(high + step) * 1.25, using: &random)
      }
    }
    return Tensor(port.shape, .float64(values))
  }
}

/// Expects the program of a network to equal the interpreter on every event.
///
/// - Returns: values compared.
@discardableResult
func expectLowers(
  _ network: Network, events: Int = 40, seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation
) -> Int {
  var compared = 0
  do {
    let difference = try LoweringCheck(network).firstDifference(
      events: events, seed: seed, compared: &compared)
    if let difference {
      Issue.record("seed \(seed): \(difference)\n\(network.listing)", sourceLocation: sourceLocation)
    }
  } catch {
    Issue.record("\(error)\n\(network.listing)", sourceLocation: sourceLocation)
  }
  return compared
}
