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

  @Test func scratch() throws {
    guard let folder = ProcessInfo.processInfo.environment["SCRATCH"] else { return }
    var benches: [StreamSimulation.Bench] = []
    for (seed, shape) in [(1, [5, 3]), (2, [7, 4]), (3, [3, 6]), (4, [9, 2])] {
      let network = RandomDense(shape, seed: UInt64(seed)).network
      let program = try FixedPointProgram(network).prunedToOutputs()
      let product = shape[0] * shape[1]
      for reuse in Set([2, 3, 4, 5, 7, 8, product / 2 + 1, product - 1, product]).sorted() {
        var settings = Self.settings
        settings.products = reuse % 2 == 0 ? .blocks : .logic
        do {
          let kernel = try FoldedKernel(
            program, name: "d\(seed)_r\(reuse)", reuse: reuse, settings: settings)
          benches.append(Self.bench(kernel, program, events: 40, seed: 3))
          print("d\(seed)_r\(reuse)", kernel.plan.sections.map(\.schedule.shape), kernel.resources)
        } catch { print("d\(seed)_r\(reuse)", error) }
      }
    }
    _ = try StreamSimulation.write(benches, to: folder)
    print("BENCHES \(benches.count)")
  }
}
