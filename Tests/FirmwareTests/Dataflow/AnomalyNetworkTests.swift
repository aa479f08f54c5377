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
    print(report.text(for: design.device))
    #expect(report.initiationInterval <= interval)
    #expect(report.latencyNanoseconds <= 365)
    #expect(report.estimate.lookUpTables * 100 <= 12 * design.device.lookUpTables)
    #expect(report.estimate.multipliers * 10 <= design.device.multipliers)
  }

  @Test func autoencoderKeepsUp() throws {
    let design = try DataflowDesign(
      AnomalyNetworks.autoencoder(), dataflow: DataflowOptions(interval: 23))
    print(DataflowReport(design).text(for: design.device))
    #expect(design.interval <= 23)
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
