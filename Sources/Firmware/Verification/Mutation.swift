import WinnowFixedPoint
public import WinnowNetworkIR
import WinnowTensors

/// Changes one gate of a netlist, to see whether the vectors would notice.
public struct Mutation: Sendable {
  /// The gate's signal and what was changed.
  public var description: String
  public var logic: FixedPointProgram
}

/// What a set of vectors catches.
public struct MutationResult: Sendable, Codable {
  public var mutations: Int
  public var caught: Int
  /// The changes that no vector showed.
  public var survivors: [String]
}

extension Netlist {
  /// Flips random gates and constants, each in a netlist of its own.
  public func mutations(_ count: Int, seed: UInt64) -> [Mutation] {
    var random = RandomStream(seed: seed, label: "mutations")
    let candidates = logic.instructions.indices.filter { mutable(logic.instructions[$0]) }
    guard !candidates.isEmpty else { return [] }
    return (0..<count).map { _ in
      let place = candidates[random.integer(in: 0...candidates.count - 1)]
      var mutated = logic
      let (gate, change) = changed(logic.instructions[place], &random)
      mutated.instructions[place] = gate
      return Mutation(description: "\(names[place]): \(change)", logic: mutated)
    }
  }

  private func mutable(_ gate: FixedPointProgram.Instruction) -> Bool {
    switch gate {
    case .input, .constant: false
    default: true
    }
  }

  private func changed(
    _ gate: FixedPointProgram.Instruction, _ random: inout RandomStream
  ) -> (FixedPointProgram.Instruction, String) {
    let coin = random.integer(in: 0...1) == 0
    switch gate {
    case .linear(var terms, let constant):
      if constant != 0, coin {
        return (.linear(terms, constant: constant ^ 1), "constant \(constant) flipped in its last bit")
      }
      let index = random.integer(in: 0...terms.count - 1)
      if coin {
        terms[index].coefficient *= -1
        return (.linear(terms, constant: constant), "sign of operand \(index) flipped")
      }
      terms[index].coefficient *= 2
      return (.linear(terms, constant: constant), "operand \(index) shifted by one")
    case .floorShift(let x, let bits): return (.floorShift(x, bits: bits + 1), "drops a bit more")
    case .convergentShift(let x, let bits):
      return coin
        ? (.floorShift(x, bits: bits), "ties not to even")
        : (.convergentShift(x, bits: bits + 1), "drops a bit more")
    case .wrap(let x, let signed, let width):
      return coin || width == 1
        ? (.wrap(x, signed: !signed, width: width), "sign of the wrap flipped")
        : (.wrap(x, signed: signed, width: width - 1), "wraps a bit earlier")
    case .clamp(let x, let low, let high):
      return coin
        ? (.clamp(x, low: low, high: max(low, high - 1)), "upper bound less by one")
        : (.clamp(x, low: min(high, low + 1), high: high), "lower bound more by one")
    case .maximum(let a, let b): return (.minimum(a, b), "maximum for minimum")
    case .minimum(let a, let b): return (.maximum(a, b), "minimum for maximum")
    case .multiply(let a, _): return (.multiply(a, a), "second factor replaced by the first")
    case .table(let x, let first, var entries):
      let index = random.integer(in: 0...entries.count - 1)
      entries[index] ^= 1
      return (.table(x, first: first, entries: entries), "entry \(index) flipped in its last bit")
    case .less(let a, let b): return (.less(b, a), "comparison reversed")
    case .equal(let a, let b): return (.less(a, b), "less for equal")
    case .select(let condition, let a, let b): return (.select(condition, b, a), "choices swapped")
    case .input, .constant, .divide: preconditionFailure("not a gate to mutate")
    }
  }

  /// How many of the mutations the vectors catch, by evaluating each netlist until an output differs.
  public func caught(_ mutations: [Mutation], by vectors: TestVectors) -> MutationResult {
    var expected: [Int: [[Int128]]] = [:]
    var result = MutationResult(mutations: mutations.count, caught: 0, survivors: [])
    func inputs(_ event: Int) -> [[Int128]] {
      vectors.inputs.indices.map { vectors.event(event, port: $0).map { Int128($0) } }
    }
    for mutation in mutations {
      let isCaught = (0..<vectors.count).contains { event in
        if expected[event] == nil {
          let values = logic.evaluate(inputs(event))
          expected[event] = logic.outputs.map { logic.read($0, from: values) }
        }
        let values = mutation.logic.evaluate(inputs(event))
        return logic.outputs.map { mutation.logic.read($0, from: values) } != expected[event]
      }
      if isCaught { result.caught += 1 } else { result.survivors.append(mutation.description) }
    }
    return result
  }
}
