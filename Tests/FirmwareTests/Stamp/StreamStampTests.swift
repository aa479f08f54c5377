import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Folded and dataflow designs carry a stamp in all their files, and no two compilations the same.
@Suite struct StreamStampTests {
  private static let network = RandomDense([4, 3], seed: 3, name: "stamped").network

  /// An image of 6 × 5 pixels through a convolution and past it, with weights of another step.
  private static func image(finer: Bool = false, name: String = "stamped_image") -> Network {
    var network = DataflowTests.residual(name)
    if finer, case .fixed(let weights, let fraction) = network.constants["w"]!.elements {
      network.constants["w"] = Tensor([1, 1, 3, 3], .fixed(weights, fraction: fraction + 1))
    }
    return network
  }

  private static func folded(
    _ network: Network = network, _ reuse: FoldedReuse = .uniform(4),
    products: FoldedProducts = .cheapest, seed: UInt64 = 1
  ) throws -> FoldedDesign {
    try FoldedDesign(
      network,
      options: FoldedOptions(FirmwareOptions(seed: seed), reuse: reuse, products: products))
  }

  @Test func aFoldedDesignsOptionsChangeIt() throws {
    var stamps = Set([try Self.folded().stamp])
    #expect(try Self.folded().stamp == stamps.first)
    #expect(stamps.insert(try Design(Self.network).stamp).inserted)
    for other in [
      try Self.folded(Self.network, .uniform(2)), try Self.folded(Self.network, .interval(4)),
      try Self.folded(products: .logic), try Self.folded(seed: 2),
      try Self.folded(RandomDense([4, 3], seed: 4, name: "stamped").network),
    ] { #expect(stamps.insert(other.stamp).inserted, "\(other.options)") }
  }

  @Test func aDataflowsOptionsChangeIt() throws {
    func stamp(
      _ network: Network = Self.image(), _ dataflow: DataflowOptions = DataflowOptions(),
      _ options: FirmwareOptions = FirmwareOptions()
    ) throws -> Stamp { try DataflowDesign(network, options: options, dataflow: dataflow).stamp }
    var stamps = Set([try stamp()])
    #expect(try stamp() == stamps.first)
    for other in [
      try stamp(Self.image(name: "another")), try stamp(Self.image(finer: true)),
      try stamp(Self.image(), DataflowOptions(interval: 8)),
      try stamp(Self.image(), DataflowOptions(folds: true)),
      try stamp(Self.image(), DataflowOptions(pixels: ["x": 2])),
      try stamp(Self.image(), DataflowOptions(), FirmwareOptions(clock: 300)),
      try stamp(Self.image(), DataflowOptions(), FirmwareOptions(seed: 2)),
    ] { #expect(stamps.insert(other).inserted) }
  }

  /// Every file of a folder that is meant to carry the stamp does, and files of two runs are told apart.
  private func check(
    _ name: String, _ stamps: [Stamp], write: (_ run: Int, _ folder: String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-stamps-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for run in 0...1 { try write(run, "\(folder)/\(run)") }
    for run in 0...1 {
      #expect(try Stamp.check(folder: "\(folder)/\(run)") == stamps[run])
      for file in [
        "rtl/\(name).v", "emulator/\(name).h", "emulator/\(name)_c.h", "emulator/\(name)_model.cpp",
        "reports/report.json",
      ] {
        let text = String(decoding: try InputFile.read("\(folder)/\(run)/\(file)"), as: UTF8.self)
        #expect(Stamp.find(in: text) == stamps[run], "\(file)")
      }
      let verilog = String(
        decoding: try InputFile.read("\(folder)/\(run)/rtl/\(name).v"), as: UTF8.self)
      #expect(verilog.contains(stamps[run].verilogParameter))
    }
    for part in ["rtl", "emulator", "reports"] {
      let files = FileManager.default
      try files.moveItem(atPath: "\(folder)/0/\(part)", toPath: "\(folder)/kept")
      try files.copyItem(atPath: "\(folder)/1/\(part)", toPath: "\(folder)/0/\(part)")
      let error = #expect(throws: NetworkError.self) { try Stamp.check(folder: "\(folder)/0") }
      #expect(error?.message.contains("\(stamps[0])") == true, "\(part)")
      #expect(error?.message.contains("\(stamps[1])") == true, "\(part)")
      try files.removeItem(atPath: "\(folder)/0/\(part)")
      try files.moveItem(atPath: "\(folder)/kept", toPath: "\(folder)/0/\(part)")
    }
  }

  @Test func foldedFoldersAreOfOneRun() throws {
    let designs = [try Self.folded(), try Self.folded(Self.network, .uniform(6))]
    try check(designs[0].name, designs.map(\.stamp)) { run, folder in
      try designs[run].write(to: folder, report: FoldedReport(designs[run]))
    }
  }

  @Test func dataflowFoldersAreOfOneRun() throws {
    let designs = try [1, 2].map {
      try DataflowDesign(Self.image(), dataflow: DataflowOptions(pixels: ["x": $0]))
    }
    try check(designs[0].name, designs.map(\.stamp)) { run, folder in
      try designs[run].write(
        to: folder, report: DataflowReport(designs[run]), program: designs[run].program())
    }
  }
}
