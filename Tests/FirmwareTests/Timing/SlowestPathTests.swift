import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowFirmware

@Suite struct SlowestPathTests {
  /// The path named is one of the netlist, inside one stage, and as slow as its steps.
  @Test(arguments: [100.0, 200, 400])
  func pathsAreReal(_ clock: Double) throws {
    let design = try Design(
      Tiny.dense(inputs: 8, outputs: 6, seed: 5), options: FirmwareOptions(clock: clock))
    let paths = design.pipeline.slowestPaths
    #expect(paths.map(\.stage) == Array(0..<design.pipeline.stageCount))
    let overhead = design.device.family.delays.registerOverhead
    for path in paths {
      #expect(abs(path.steps.map(\.nanoseconds).reduce(overhead, +) - path.nanoseconds) < 1e-9)
      for step in path.steps {
        let value = try #require(design.netlist.names.firstIndex(of: step.signal))
        #expect(design.pipeline.stages[value] == path.stage)
        #expect(design.netlist.logic.nodeNames[design.netlist.logic.origins[value]] == step.node)
      }
    }
    #expect(design.pipeline.longestPath == paths.map(\.nanoseconds).max())
    let report = FirmwareReport(design)
    let text = report.text(for: design.device)
    #expect(text.contains("slowest: stage "))
    let read = try JSONDecoder().decode(FirmwareReport.self, from: JSONEncoder().encode(report))
    #expect(read.slowestPaths == paths)
  }

  /// What the nodes take is what the design takes.
  @Test func layersAddUp() throws {
    let design = try Design(Tiny.dense(inputs: 8, outputs: 6, seed: 5))
    let layers = design.layers
    #expect(layers.map(\.node).contains("sum") && layers.first?.node == "input")
    #expect(layers.map(\.flipFlops).reduce(0, +) == design.pipeline.registerBits)
    #expect(Int(layers.map(\.lookUpTables).reduce(0, +).rounded()) == design.resources.lookUpTables)
    #expect(layers.map(\.multipliers).reduce(0, +) == design.resources.multipliers)
    #expect(layers.map(\.adders).reduce(0, +) == design.netlist.adderCount.variable)
    #expect(layers.map(\.constantAdders).reduce(0, +) == design.netlist.adderCount.constant)
    #expect(
      layers.map(\.effectiveBitOperations).reduce(0, +) == design.program.effectiveBitOperations)
  }

  /// Fewer flip-flops or as many, and never fewer stages than the least.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func areaTradesStages(seed: UInt64) throws {
    let network = Tiny.dense(inputs: 12, outputs: 10, seed: seed)
    for levels in [1, 2, 3] {
      var options = FirmwareOptions()
      options.addersPerStage = levels
      let latency = try Design(network, options: options).pipeline
      options.goal = .area
      let area = try Design(network, options: options).pipeline
      #expect(area.registerBits <= latency.registerBits)
      #expect(area.stageCount >= latency.stageCount)
      #expect(area.stageCount <= latency.stageCount + PipelineGoal.extraStages)
    }
  }
}
