import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowFirmware

/// Other readers of the language take every module that is written for links and streams.
@Suite struct LinkLintTests {
  /// Files by name, and the modules nobody instantiates.
  private func modules() throws -> (files: [String: String], tops: [String]) {
    var files: [String: String] = [:]
    var tops: [String] = []
    for seed in 500...UInt64(515) {
      let network = try LinkedNetwork(
        seed: seed, start: PacketStart.allCases[Int(seed % 3)], tight: seed % 4 == 0)
      let name = network.design.name
      let trigger = TriggerChoice(port: "score", threshold: network.threshold)
      let payload = try PayloadModule(
        network.design, network.layout, trigger: seed % 2 == 0 ? trigger : nil)
      let stream = try StreamModule(network.design, trigger: seed % 2 == 0 ? trigger : nil)
      files["\(name).v"] = network.design.verilog
      files["\(payload.name).v"] = payload.verilog
      files["\(stream.name).v"] = stream.verilog
      if seed % 2 == 0 {
        files["\(name)_registers.v"] = RegisterBlock(name: "\(name)_registers", choice: trigger).verilog
      }
      tops += [payload.name, stream.name]
    }
    return (files, tops)
  }

  private func write(_ files: [String: String], to folder: String) throws {
    for (file, text) in files {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    }
  }

  @Test(.enabled(if: hasTool("verilator"), "verilator is not installed; nothing was linted"))
  func verilatorFindsNothing() async throws {
    let (files, _) = try modules()
    try await withLinkFolder { folder in
      try write(files, to: folder)
      try await ExternalTool.verilator.require(
        ["--lint-only", "-Wall", "-Wno-DECLFILENAME", "-Wno-MULTITOP"] + files.keys.sorted(),
        in: folder, doing: "lint of the Verilog")
    }
  }

  @Test(.enabled(if: hasTool("yosys"), "yosys is not installed; nothing was read by it"))
  func yosysReadsModules() async throws {
    let (files, tops) = try modules()
    try await withLinkFolder { folder in
      try write(files, to: folder)
      let script =
        files.keys.sorted().map { "read_verilog \($0)\n" }.joined() + "proc\ndesign -save all\n"
        + tops.map { "design -load all\nhierarchy -check -top \($0)\ncheck -assert\n" }.joined()
      try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/check.ys"))
      try await ExternalTool.yosys.require(["-q", "-s", "check.ys"], in: folder, doing: "reading")
    }
  }
}
