import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

@Suite struct FoldedKernelTests {
  static let settings = FoldedSettings(device: Device.named("xcvu9p")!, clock: 200)

  static func bench(_ kernel: any StreamKernel, _ program: FixedPointProgram, events: Int, seed: UInt64)
    -> StreamSimulation.Bench
  {
    let vectors = TestVectors(for: program, count: events, seed: seed)
    return StreamSimulation.Bench(
      kernel, stimulus: program.inputTokens(vectors),
      expected: program.outputTokens(program.results(vectors), events: events))
  }

  static func design(
    _ network: Network, _ reuse: FoldedReuse, clock: Double = 200, products: FoldedProducts = .cheapest
  ) throws -> FoldedDesign {
    try FoldedDesign(
      network,
      options: FoldedOptions(FirmwareOptions(clock: clock), reuse: reuse, products: products))
  }

  @Test func scratch() throws {
    guard let folder = ProcessInfo.processInfo.environment["SCRATCH"] else { return }
    var benches: [StreamSimulation.Bench] = []
    func add(_ design: FoldedDesign, _ events: Int = 40) {
      let vectors = TestVectors(for: design.program, count: events, seed: 5)
      benches.append(design.bench(vectors, expected: design.program.results(vectors)))
      print(
        design.name, design.interval, design.latency, design.resources,
        design.layers.map { layer in
          "\(layer.module) R\(layer.reuse) "
            + ((layer.kernel as? FoldedKernel)?.plan.sections.map {
              "\($0.schedule.shape.parallelInputs)/\($0.schedule.shape.steps)/\($0.schedule.shape.turns)/\($0.schedule.shape.isGathered)/\($0.usesBlocks)"
            }.joined(separator: " ") ?? "-")
        })
    }
    for seed in 1...UInt64(24) {
      var random = RandomStream(seed: seed, label: "sizes")
      let depth = random.integer(in: 1...3)
      var sizes = (0...depth).map { _ in random.integer(in: 2...9) }
      if seed % 3 == 0 { sizes = sizes.map { _ in sizes[0] } }
      let density = [1, 0.5, 0.25][Int(seed % 3)]
      let network = RandomDense(
        sizes, seed: seed, density: density, last: seed % 4 != 0, branch: seed % 3 == 0,
        name: "n\(seed)"
      ).network
      let reuse: FoldedReuse =
        seed % 4 == 0
        ? .interval(random.integer(in: 2...30))
        : seed % 4 == 1
          ? .layers(["dense1": random.integer(in: 1...4)], others: random.integer(in: 1...90))
          : .uniform(random.integer(in: 1...90))
      do {
        add(
          try Self.design(
            network, reuse, clock: [200, 320, 120][Int(seed % 3)],
            products: FoldedProducts.allCases[Int(seed / 2 % 3)]))
      } catch { print("n\(seed)", error) }
    }
    _ = try StreamSimulation.write(benches, to: folder)
    print("BENCHES \(benches.count)")
  }
}
