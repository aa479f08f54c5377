/// A plan's constants as the kernels read them: little-endian 16-byte words.
struct ConstantData: Sendable {
  private(set) var words: [Int128] = []

  /// The next word's place.
  var end: UInt32 { UInt32(words.count) }

  mutating func append(_ values: [Int128]) { words += values }

  /// Integers side by side, the low bits of each; the last word is filled up with zeros.
  mutating func append<Value: FixedWidthInteger>(packed values: [Value]) {
    let perWord = 128 / Value.bitWidth
    for first in stride(from: 0, to: values.count, by: perWord) {
      var word: UInt128 = 0
      for (place, value) in values[first..<min(first + perWord, values.count)].enumerated() {
        word |=
          (UInt128(truncatingIfNeeded: value) & UInt128(Value.Magnitude.max))
          << (place * Value.bitWidth)
      }
      words.append(Int128(truncatingIfNeeded: word))
    }
  }
}
