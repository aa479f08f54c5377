import Testing
import WinnowTensors

@testable import WinnowDetectors

@Suite struct LibraryChoiceTests {
  /// χ² of 200,000 draws against the weights, of seven events, two of which are never drawn: 4 degrees
  /// of freedom, above 33.4 with a chance of 1e-6 (tables).
  @Test(arguments: [1.0, 1e-200, 1e200]) func weightsAreFollowed(_ unit: Double) throws {
    let weights = [0, 0.02, 3, 1.5, 0.25, 5.23, 0]
    let choice = try LibraryChoice(weights: weights.map { unit * $0 })
    var stream = RandomStream(seed: 12, label: "choice")
    let n = 200_000
    var counts = [Int](repeating: 0, count: weights.count)
    for _ in 0..<n { counts[choice.draw(&stream)] += 1 }
    var square = 0.0
    for (weight, count) in zip(weights, counts) {
      guard weight > 0 else {
        #expect(count == 0)
        continue
      }
      let expected = Double(n) * weight / 10
      square += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    #expect(square < 33.4, "\(counts)")
    // 10² over 0.0004 + 9 + 2.25 + 0.0625 + 27.3529.
    #expect(abs(choice.effectiveCount - 100 / 38.6658) < 1e-9)
  }

  /// What libraries without weights have always drawn.
  @Test func equalWeightsAreDrawnAsWholeNumbers() throws {
    let choice = try LibraryChoice(weights: [Double](repeating: 0.3, count: 77))
    var stream = RandomStream(seed: 3)
    var copy = stream
    for _ in 0..<1000 { #expect(choice.draw(&stream) == copy.integer(in: 0...76)) }
    #expect(stream == copy && choice.effectiveCount == 77)
  }
}
