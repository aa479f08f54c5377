import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowFirmware

@Suite struct AnomalyNetworkTests {
  @Test func figures() async throws {
    let folder = "/tmp/dataflow-vae"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var benches: [DataflowSimulation.Bench] = []
    for (network, intervals) in [(AnomalyNetworks.variationalEncoder(), [23, 5]), (AnomalyNetworks.autoencoder(), [23])] {
      for interval in intervals {
        var network = network
        network.name += "_\(interval)"
        let start = Date()
        let design = try DataflowDesign(network, dataflow: DataflowOptions(interval: interval))
        print(network.name, design.latency, design.interval, "seconds", Date().timeIntervalSince(start))
        for process in design.graph.processes {
          print("  ", process.layer.name, process.layer.kind, "x\(process.copies)", process.tokens, process.kernel.latency, process.kernel.resources)
        }
        for edge in design.graph.edges { print("     ", edge.name, edge.former.schedule.steps, edge.depth, edge.former.isWires, edge.former.input.width, edge.former.outputWidth) }
        let vectors = design.vectors(count: 4, seed: 1)
        benches.append(.init(design, vectors: vectors, expected: try design.expected(for: vectors)))
      }
    }
    for (bench, outcome) in zip(benches, try await DataflowSimulation.run(benches, in: folder, with: .icarus)) {
      print(outcome.message)
      #expect(outcome.passed)
      #expect(outcome.outputs == bench.expected.map { $0.map(Optional.some) })
    }
  }
}
