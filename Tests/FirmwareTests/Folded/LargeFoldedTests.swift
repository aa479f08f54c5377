import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Layers that unrolled logic cannot hold.
@Suite struct LargeFoldedTests {
  /// 256 × 256 random weights of 8 bits: the shape that a device holds, its memory and its sums.
  @Test func aLargeLayer() throws {
    let design = try FoldedDesignTests.design(
      RandomDense([256, 256], seed: 1, weightBits: 8, last: false, name: "large").network,
      .uniform(256))
    #expect(design.interval == 256)
    let layer = FoldedReport(design).layers[0]
    #expect(layer.multipliers == 256)
    #expect(layer.weightMemoryBits <= 256 * 256 * 8)
    #expect(layer.weightMemoryBits > 256 * 256 * 7)
    #expect(design.device.largestShare(design.resources) < 0.1)
  }

  /// `FOLDED_LARGE=FOLDER` writes 784-512-256-10 and smaller layers with testbenches there, to
  /// be simulated and synthesised by hand.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["FOLDED_LARGE"] != nil,
      "FOLDED_LARGE names no folder; 784-512-256-10 was not written"))
  func aLargeNetwork() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["FOLDED_LARGE"])
    let wide = FoldedProducts.cheapest
    let cases: [(name: String, sizes: [Int], reuse: FoldedReuse, products: FoldedProducts)] = [
      ("mnist", [784, 512, 256, 10], .interval(784), wide), ("square", [256, 256], .uniform(256), wide),
      ("logic_4", [16, 16], .uniform(4), .logic), ("logic_16", [16, 16], .uniform(16), .logic),
      ("logic_64", [16, 16], .uniform(64), .logic), ("blocks_4", [16, 16], .uniform(4), .blocks),
      ("blocks_16", [16, 16], .uniform(16), .blocks), ("blocks_64", [16, 16], .uniform(64), .blocks),
      ("blocks_32", [32, 32], .uniform(32), .blocks), ("pair_8", [16, 16, 8], .uniform(8), .blocks),
    ]
    for (name, sizes, reuse, products) in cases {
      let clock = ContinuousClock()
      let start = clock.now
      let design = try FoldedDesignTests.design(
        RandomDense(
          sizes, seed: 1, weightBits: 8,
          plain: FoldedDesignTests.plain, name: name
        ).network, reuse, products: products)
      let vectors = TestVectors(for: design.program, count: 8, seed: 1)
      try design.bench(vectors, expected: design.program.results(vectors)).write(to: folder)
      try Data(design.testbench(events: 8).utf8)
        .write(to: URL(fileURLWithPath: "\(folder)/\(name)_testbench.v"))
      print(FoldedReport(design).text(for: design.device))
      print("\(name): \(clock.now - start)")
    }
  }
}
