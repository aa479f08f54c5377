import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowFirmware

@Suite struct AnomalyNetworkTests {
  /// The figures of the published networks on the chip that they were built for: within 115 ns an image
  /// and 365 ns in all, in less than 12 % of its look-up tables.
  @Test(arguments: [23, 5])
  func variationalEncoderFits(_ interval: Int) throws {
    let design = try DataflowDesign(
      AnomalyNetworks.variationalEncoder(), dataflow: DataflowOptions(interval: interval))
    let report = DataflowReport(design)
    #expect(report.initiationInterval <= interval)
    #expect(report.latencyNanoseconds <= 365)
    #expect(report.estimate.lookUpTables * 100 <= 12 * design.device.lookUpTables)
    #expect(report.estimate.multipliers * 10 <= design.device.multipliers)
  }

  @Test func autoencoderKeepsUp() throws {
    let design = try DataflowDesign(
      AnomalyNetworks.autoencoder(), dataflow: DataflowOptions(interval: 23))
    #expect(design.interval <= 23)
  }

  /// The table of docs/firmware/dataflow.md: `DATAFLOW_FIGURES=1` prints the reports, Yosys' count of cells
  /// in them.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["DATAFLOW_FIGURES"] != nil,
      "DATAFLOW_FIGURES is not set"))
  func figures() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-figures-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let networks = [
      (AnomalyNetworks.variationalEncoder(), 23), (AnomalyNetworks.variationalEncoder(), 5),
      (AnomalyNetworks.autoencoder(), 23),
    ]
    for (network, interval) in networks {
      let design = try DataflowDesign(network, dataflow: DataflowOptions(interval: interval))
      var report = DataflowReport(design)
      report.synthesis = try await design.synthesize(in: folder)
      print(report.text(for: design.device))
    }
  }

  @Test(.enabled(if: StreamSimulators.isInstalled, StreamSimulators.missing))
  func bothAreSimulated() async throws {
    let networks: [(Network, Int)] = [
      (AnomalyNetworks.variationalEncoder(name: "cnn_vae_23"), 23),
      (AnomalyNetworks.variationalEncoder(name: "cnn_vae_5"), 5),
      (AnomalyNetworks.autoencoder(name: "cnn_ae_23"), 23),
    ]
    let benches = try networks.map { network, interval in
      try StreamSimulators.bench(
        DataflowDesign(network, dataflow: DataflowOptions(interval: interval)), events: 3)
    }
    try await StreamSimulators.check(benches, "anomaly networks")
  }
}
