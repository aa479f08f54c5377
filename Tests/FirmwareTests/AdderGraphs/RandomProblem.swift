@testable import WinnowFirmware

/// SplitMix64: the same numbers on every machine.
struct AdderGraphGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

extension ConstantMatrixProblem {
  /// Signed coefficients of `bits` bits, each kept with the given probability.
  static func random(
    inputs: Int, outputs: Int, bits: Int, density: Double, seed: UInt64
  ) -> ConstantMatrixProblem {
    var generator = AdderGraphGenerator(seed: seed)
    let half = 1 << (bits - 1)
    return ConstantMatrixProblem(
      inputs: (0..<inputs).map { _ in Input(low: -128, high: 127) },
      rows: (0..<outputs).map { _ in
        (0..<inputs).compactMap { input in
          let coefficient = Int.random(in: -half..<half, using: &generator)
          return Double.random(in: 0..<1, using: &generator) < density
            ? Term(input: input, coefficient: coefficient) : nil
        }
      })
  }

  /// The product by the definition.
  func product(_ vector: [Int128]) -> [Int128] {
    rows.map { row in
      row.reduce(0 as Int128) { $0 + Int128($1.coefficient) * vector[$1.input] }
    }
  }

  /// Corners of the input ranges, then random vectors within them.
  func vectors(count: Int, seed: UInt64) -> [[Int128]] {
    var generator = AdderGraphGenerator(seed: seed)
    let random = (0..<count).map { _ in
      inputs.map { Int128(Int.random(in: $0.low...$0.high, using: &generator)) }
    }
    return [inputs.map { Int128($0.low) }, inputs.map { Int128($0.high) }] + random
  }
}

extension AdderGraph {
  /// Whether every operand precedes its adder and the common shift is left to the users.
  var isWellFormed: Bool {
    for (index, adder) in adders.enumerated() {
      let known = 0..<inputCount + index
      guard known.contains(adder.left.value), known.contains(adder.right.value),
        min(adder.left.shift, adder.right.shift) == 0
      else { return false }
    }
    return outputs.allSatisfy {
      $0.shift >= 0 && ($0.value.map { (0..<inputCount + adders.count).contains($0) } ?? true)
    }
  }
}
