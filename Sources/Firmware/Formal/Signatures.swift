import WinnowNetworkIR

/// What a program's values are for some events, as one hash a value: equal values have equal
/// hashes. A guess at what corresponds; every guess is proved afterwards.
struct Signatures {
  private(set) var hashes: [UInt64]
  /// For each event the output ports' mantissas.
  private(set) var outputs: [[[Int128]]] = []

  init(_ program: FixedPointProgram, _ vectors: TestVectors) {
    hashes = Array(repeating: 0xcbf2_9ce4_8422_2325, count: program.count)
    for event in 0..<vectors.count {
      let values = program.evaluate(
        vectors.inputs.indices.map { vectors.event(event, port: $0).map { Int128($0) } })
      for (value, mantissa) in values.enumerated() {
        let low = UInt64(truncatingIfNeeded: mantissa)
        let high = UInt64(truncatingIfNeeded: mantissa >> 64)
        hashes[value] = Self.mixed(Self.mixed(hashes[value] ^ low) &+ high)
      }
      outputs.append(program.outputs.map { program.read($0, from: values) })
    }
  }

  private static func mixed(_ bits: UInt64) -> UInt64 {
    var bits = bits
    bits = (bits ^ (bits >> 31)) &* 0x9e37_79b9_7f4a_7c15
    return bits ^ (bits >> 29)
  }
}
