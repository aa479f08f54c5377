import WinnowTensors

/// Cells that Yosys maps a design to.
public struct SynthesisResult: Sendable, Codable, Hashable {
  public var tool: String
  public var lookUpTables: Int
  public var flipFlops: Int
  public var carries: Int
  public var multipliers: Int
  public var blockMemories: Int
}

extension Design {
  /// Synthesises the design with Yosys for its device's family; no placement, no timing.
  ///
  /// - Throws: ``ToolError`` when Yosys is missing, fails, or has no such family.
  public func synthesize(in directory: String) async throws -> SynthesisResult {
    try await Synthesis.run(verilog, name: name, family: device.family, part: device.part, in: directory)
  }
}

enum Synthesis {
  static func run(
    _ verilog: String, name: String, family: Device.Family, part: String, in directory: String
  ) async throws -> SynthesisResult {
    guard let family = family.yosysName else {
      throw ToolError(
        message: "Yosys has no \(family.rawValue) family; leave --synthesize out for \(part)")
    }
    let source = "\(directory)/\(name).v"
    try AtomicFile.write(Array(verilog.utf8), to: source)
    let commands =
      "read_verilog \(name).v; synth_xilinx -family \(family) -flatten -noiopad -noclkbuf -top \(name); tee -o cells.txt stat"
    let version = await ExternalTool.yosys.version() ?? "Yosys"
    try await ExternalTool.yosys.require(
      ["-q", "-p", commands], in: directory, doing: "synthesis of \(name)")
    let text = String(decoding: try InputFile.read("\(directory)/cells.txt"), as: UTF8.self)
    return SynthesisResult(tool: version, cells: text)
  }
}

extension SynthesisResult {
  /// Reads `stat`'s table; older versions print "cell count", later ones "count area cell".
  init(tool: String, cells: String) {
    self.init(
      tool: tool, lookUpTables: 0, flipFlops: 0, carries: 0, multipliers: 0, blockMemories: 0)
    for line in cells.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let name = fields.first(where: { $0.first?.isUppercase == true && $0 == $0.uppercased() }),
        let count = fields.lazy.compactMap({ Int($0) }).first
      else { continue }
      if name.hasPrefix("LUT"), name.count == 4 { lookUpTables += count }
      if ["FDRE", "FDSE", "FDCE", "FDPE"].contains(name) { flipFlops += count }
      if name.hasPrefix("CARRY") { carries += count }
      if name.hasPrefix("DSP") { multipliers += count }
      if name.hasPrefix("RAMB") { blockMemories += count }
      if name.hasPrefix("SRL") || name.hasPrefix("RAM"), !name.hasPrefix("RAMB") { lookUpTables += count }
    }
  }
}
