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

  /// `FOLDED_LARGE=FOLDER` writes a layer chain 784-512-256-10 with its testbench there, for a
  /// simulator by hand.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["FOLDED_LARGE"] != nil,
      "FOLDED_LARGE names no folder; 784-512-256-10 was not written"))
  func aLargeNetwork() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["FOLDED_LARGE"])
    for (name, sizes, reuse) in [
      ("mnist", [784, 512, 256, 10], FoldedReuse.interval(784)),
      ("square", [256, 256], .uniform(256)), ("square_64", [64, 64], .uniform(64)),
      ("square_16", [64, 64], .uniform(16)),
    ] {
      let clock = ContinuousClock()
      let start = clock.now
      let design = try FoldedDesignTests.design(
        RandomDense(
          sizes, seed: 1, weightBits: 8,
          plain: FixedPointType(
            signed: false, width: 8, integer: 8, rounding: .nearest, overflow: .saturate), name: name
        ).network, reuse)
      let vectors = TestVectors(for: design.program, count: 8, seed: 1)
      try design.bench(vectors, expected: design.program.results(vectors)).write(to: folder)
      try Data(design.testbench(events: 8).utf8)
        .write(to: URL(fileURLWithPath: "\(folder)/\(name)_testbench.v"))
      print(FoldedReport(design).text(for: design.device))
      print("\(name): \(clock.now - start)")
    }
  }
}
