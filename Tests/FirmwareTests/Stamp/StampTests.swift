import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors
import WinnowTestSupport

@testable import WinnowFirmware

@Suite struct StampTests {
  @Test func anythingThatChangesTheFirmwareChangesIt() throws {
    let design = try Design(Tiny.twoTwoOne)
    #expect(try Design(Tiny.twoTwoOne).stamp == design.stamp)
    var stamps: Set = [design.stamp]
    for options in [
      FirmwareOptions(clock: 201), FirmwareOptions(part: "xcvu13p-flga2577-2-e"),
      FirmwareOptions(extraDepth: 1),
      FirmwareOptions(effort: .short), FirmwareOptions(seed: 2),
    ] {
      #expect(stamps.insert(try Stamp(design.program, options: options)).inserted, "\(options)")
    }
    #expect(
      stamps.insert(try Stamp(design.program, options: design.options, version: "9.9.9")).inserted)
    var renamed = Tiny.twoTwoOne
    renamed.name = "two_two_two"
    var weight = Tiny.twoTwoOne
    weight.constants["w2"] = Tensor([2, 1], .fixed([-3, 6], fraction: 2))
    var format = Tiny.twoTwoOne
    format.nodes[0] = Node("input", Quantize(FixedPointType(signed: true, width: 6, integer: 2)), "x")
    for network in [renamed, weight, format] {
      #expect(stamps.insert(try Design(network).stamp).inserted, "\(network.name)")
    }
  }

  /// 200 random networks, no two alike.
  @Test func randomNetworksDiffer() throws {
    let stamps = try (1...UInt64(200)).map { seed in
      let random = RandomNetwork(seed: seed)
      return try Stamp(FixedPointProgram(random.network.bindingBatch()), options: FirmwareOptions())
    }
    #expect(Set(stamps).count == stamps.count)
  }

  @Test func isFoundInFiles() throws {
    let stamp = Stamp(value: 0x0123_4567_89ab_cdef)
    for text in [
      "// \(stamp.comment)\n", stamp.verilogParameter, "{\"stamp\" : \"\(stamp)\"}",
    ] { #expect(Stamp.find(in: text) == stamp, "\(text)") }
    #expect(Stamp.find(in: "// timestamp 0123456789abcdef") == nil)
    #expect(Stamp.find(in: "// stamp 0123456789abcdef0") == nil)
    let encoded = try JSONEncoder().encode([stamp])
    #expect(String(decoding: encoded, as: UTF8.self) == "[\"0123456789abcdef\"]")
    #expect(try JSONDecoder().decode([Stamp].self, from: encoded) == [stamp])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Stamp].self, from: Data("[\"12\"]".utf8))
    }
  }

  @Test func mixedFoldersAreRefused() async throws {
    let designs = try [UInt64(1), 2].map {
      try Design(Tiny.twoTwoOne, options: FirmwareOptions(seed: $0))
    }
    try await withTemporaryFolder { folder in
      for part in ["rtl", "emulator", "reports"] { try OutputFolder.make("\(folder)/\(part)") }
      #expect(try Stamp.check(folder: folder) == nil)
      func write(_ text: String, _ file: String) throws {
        try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(file)")
      }
      try write(designs[0].vhdl, "rtl/two_two_one.vhd")
      try write("module two_two_one;\nendmodule\n", "rtl/two_two_one.v")
      for file in designs[0].emulator.modelFiles { try write(file.text, "emulator/\(file.name)") }
      #expect(try Stamp.check(folder: folder) == designs[0].stamp)
      try designs[0].write(to: "\(folder)/whole", report: FirmwareReport(designs[0]))
      #expect(try Stamp.check(folder: "\(folder)/whole") == designs[0].stamp)
      for file in [
        "rtl/two_two_one.v", "emulator/two_two_one.h", "emulator/two_two_one_c.h",
        "emulator/two_two_one_model.cpp", "reports/report.json",
      ] {
        let text = String(decoding: try InputFile.read("\(folder)/whole/\(file)"), as: UTF8.self)
        #expect(Stamp.find(in: text) == designs[0].stamp, "\(file)")
      }
      for file in designs[1].emulator.modelFiles { try write(file.text, "emulator/\(file.name)") }
      let error = #expect(throws: NetworkError.self) { try Stamp.check(folder: folder) }
      #expect(error?.message.contains("emulator/two_two_one_model.cpp") == true)
      #expect(error?.message.contains("\(designs[1].stamp)") == true)
    }
  }
}
