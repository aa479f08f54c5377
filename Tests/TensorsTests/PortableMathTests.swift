import Foundation
import Testing

@testable import WinnowTensors

@Suite struct PortableMathTests {
  /// C libraries are within one unit in the last place, the series within two.
  @Test func logarithmAgreesWithTheLibrary() {
    var stream = RandomStream(seed: 1)
    for index in 0..<20_000 {
      let x = index < 1000 ? 1 - Double(index) * 0x1p-53 : stream.uniform() + 0x1p-53
      let expected = log(x)
      #expect(abs(PortableMath.logarithm(x) - expected) <= 3 * max(expected.ulp, 1e-17), "\(x)")
    }
    #expect(PortableMath.logarithm(1) == 0)
    #expect(abs(PortableMath.logarithm(0x1p-53) - log(0x1p-53)) < 1e-14)
  }

  @Test func cosineAgreesWithTheLibrary() {
    var stream = RandomStream(seed: 2)
    for _ in 0..<20_000 {
      let v = stream.uniform()
      // The library's argument is rounded: 2π v has an error of up to an ulp of 2π, 9e-16.
      #expect(abs(PortableMath.cosine(turns: v) - cos(2 * Double.pi * v)) < 1.2e-15, "\(v)")
    }
    #expect([0, 0.25, 0.5, 0.75, 1].map(PortableMath.cosine) == [1, 0, -1, 0, 1])
  }
}
