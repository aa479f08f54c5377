import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowFirmware

@Suite struct CalorimeterNetworkTests {
  /// The published image and layers, with fewer filters: nothing blocks, an image takes its pixels.
  @Test func wholeImageIsGenerated() throws {
    let network = CalorimeterNetwork.network(
      name: "calorimeter", rows: 56, columns: 11, filters: 2, dense: 8)
    let design = try DataflowDesign(network)
    let report = DataflowReport(design)
    let pixels = 56 * 55
    // The 5 × 5 window is two rows and two pixels behind.
    #expect(design.interval >= pixels && design.interval <= pixels + 2 * 55 + 2)
    #expect(report.processes.count == 17)
    #expect(design.verilog.contains("module calorimeter ("))
  }

  /// The published network, all 16 to 256 filters, its deeper layers folded: `DATAFLOW_FIGURES=1`, minutes.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["DATAFLOW_FIGURES"] != nil,
      "DATAFLOW_FIGURES is not set"))
  func publishedNetworkIsGenerated() throws {
    let network = CalorimeterNetwork.network(
      name: "calorimeter", rows: 56, columns: 11, filters: 16)
    let start = Date()
    let design = try DataflowDesign(
      network, options: FirmwareOptions(part: "xcvu13p"),
      dataflow: DataflowOptions(interval: 3102, folds: true))
    print(DataflowReport(design).text(for: design.device))
    let text = design.verilog
    print("compiled in \(Date().timeIntervalSince(start)) s, \(text.utf8.count) bytes")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("calorimeter.v")
    try Data(text.utf8).write(to: file)
    print("written to \(file.path)")
  }

  /// Blocks, scaling and shifting by scalars, dense layers: an image of 12 × 12 through the Verilog.
  @Test(.enabled(if: StreamSimulators.isInstalled, StreamSimulators.missing))
  func scaledDownImageIsSimulated() async throws {
    let network = CalorimeterNetwork.network(
      name: "calorimeter_small", rows: 12, columns: 3, upsampling: 4, filters: 2, blocks: 3,
      dense: 4, scalars: 3)
    let design = try DataflowDesign(network)
    try await StreamSimulators.check(
      [StreamSimulators.bench(design, events: 3)], "calorimeter_small")
  }
}
