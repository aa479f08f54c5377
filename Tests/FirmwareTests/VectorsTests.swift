import Testing
@testable import WinnowFirmware
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@Suite struct VectorsTests {
  private func program(_ types: [FixedPointType]) throws -> FixedPointProgram {
    try FixedPointProgram(
      Network(
        name: "vectors", inputs: [.init("x", TensorType([.fixed(types.count)], .float64))],
        nodes: [Node("q", Quantize(types: types, shape: [types.count]), "x")], outputs: ["q"]))
  }

  private static let types = try! [
    "fixed<8,3>", "ufixed<5,2>", "fixed<1,1>", "ufixed<1,1>", "fixed<16,20>", "fixed<6,2,TRN,SAT_SYM>",
    "fixed<63,60>", "ufixed<62,62>",
  ].map { try FixedPointType(text: $0) }

  @Test(arguments: types)
  func valuesAreInRangeAndCornersThere(_ type: FixedPointType) throws {
    let program = try program(Array(repeating: type, count: 3))
    let vectors = TestVectors(for: program, count: 300, seed: 9)
    let (low, high) = type.overflow.range(of: type.format)
    #expect(vectors.count == 300 && vectors.inputs[0].count == 900)
    #expect(vectors.inputs[0].allSatisfy { Int128($0) >= low && Int128($0) <= high })
    func events(_ value: Int128) -> [Int64] { Array(repeating: Int64(value), count: 3) }
    let rows = (0..<300).map { Array(vectors.event($0, port: 0)) }
    #expect(rows[0] == events(0))
    #expect(rows.contains(events(low)) && rows.contains(events(high)))
    // Every element alone at its extremes.
    for element in 0..<3 {
      for extreme in [low, high] {
        var row = events(0)
        row[element] = Int64(extreme)
        #expect(rows.contains(row))
      }
    }
  }

  @Test func vectorsAreDeterministic() throws {
    let program = try program(Self.types.prefix(6).map(\.self))
    let vectors = TestVectors(for: program, count: 100, seed: 1)
    #expect(vectors == TestVectors(for: program, count: 100, seed: 1))
    #expect(vectors != TestVectors(for: program, count: 100, seed: 2))
    #expect(TestVectors(for: program, count: 0, seed: 1).inputs == [[]])
  }

  @Test func packedWordsRoundTrip() throws {
    var random = RandomStream(seed: 3, label: "packed words")
    for _ in 0..<300 {
      let widths = (0..<random.integer(in: 1...9)).map { _ in random.integer(in: 1...64) }
      let signed = widths.map { $0 == 64 || random.integer(in: 0...1) == 1 }
      let mantissas = zip(widths, signed).map { width, signed in
        let bits = Int64(bitPattern: random.next())
        return signed ? bits >> Int64(64 - width) : Int64(UInt64(bitPattern: bits) >> UInt64(64 - width))
      }
      let text = PackedWords.hexadecimal(mantissas, widths: widths)
      #expect(text.count == (widths.reduce(0, +) + 3) / 4)
      #expect(PackedWords.mantissas(Substring(text).utf8, widths: widths, signed: signed) == mantissas)
    }
  }

  @Test func packedWordsStartAtBitZero() {
    #expect(PackedWords.hexadecimal([1, -1, 2], widths: [4, 4, 8]) == "02f1")
    #expect(PackedWords.hexadecimal([], widths: []) == "0")
    #expect(
      PackedWords.mantissas(Substring("02f1").utf8, widths: [4, 4, 8], signed: [false, true, false]) == [
        1, -1, 2,
      ])
    #expect(PackedWords.mantissas(Substring("x1").utf8, widths: [4, 4], signed: [false, false]) == nil)
    #expect(PackedWords.mantissas(Substring("1").utf8, widths: [4, 4], signed: [false, false]) == nil)
  }
}
