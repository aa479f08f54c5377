import Foundation
import WinnowNetworkIR
import WinnowTensors

extension ExternalTool {
  public static let ghdl = ExternalTool(
    name: "ghdl", purpose: "simulates the VHDL by hand, and in the tests", package: "ghdl",
    versionArguments: ["--version"])
}

/// Simulates designs' VHDL with GHDL, in their own testbenches.
public enum VHDLSimulation {
  /// Analyses all designs, elaborates one top for their benches and runs it.
  ///
  /// - Parameters:
  ///   - benches: designs and events; the Verilog in them is not read.
  ///   - vhdl: the text to simulate instead of the designs' own, by design name.
  ///   - folder: an existing folder for the simulator's files; vectors and results stay there.
  /// - Throws: ``ToolError`` when GHDL is missing or takes a file for wrong.
  public static func run(
    _ benches: [Simulation.Bench], vhdl: [String: String] = [:], in folder: String
  ) async throws -> [Simulation.Outcome] {
    var files: [String] = []
    var text = ""
    for bench in benches {
      let design = bench.design
      let module = VHDLModule(design.netlist, design.pipeline, name: design.name)
      let source = vhdl[design.name] ?? design.vhdl
      try AtomicFile.write(Array(source.utf8), to: "\(folder)/\(design.name).vhd")
      files.append("\(design.name).vhd")
      text += VHDLTestbench(module: module, vectors: bench.vectors.count).benchEntity()
      try bench.writeVectors(to: folder)
    }
    text += VHDLTestbench.top(
      benches.map { VHDLNames($0.design.netlist, name: $0.design.name).entity })
    try AtomicFile.write(Array(text.utf8), to: "\(folder)/testbench.vhd")
    try await ExternalTool.ghdl.require(
      ["-a", "--std=08"] + files + ["testbench.vhd"], in: folder, doing: "analysis of the VHDL")
    try await ExternalTool.ghdl.require(
      ["-e", "--std=08", "testbench"], in: folder, doing: "elaboration of the VHDL")
    // Before the first event settles, comparisons meet undefined bits and would say so.
    let result = try await ExternalTool.ghdl.run(
      ["-r", "--std=08", "testbench", "--ieee-asserts=disable-at-0"], in: folder)
    guard result.succeeded else {
      throw ToolError("GHDL stopped early", output: result.output)
    }
    return try benches.map { bench in
      // GHDL writes capital digits.
      let file = "\(folder)/\(Testbench.resultFile(bench.design.name))"
      let written = String(decoding: try InputFile.read(file), as: UTF8.self).lowercased()
      try AtomicFile.write(Array(written.utf8), to: file)
      return try bench.outcome(in: folder, log: result.output)
    }
  }
}

extension Simulation.Bench {
  /// The self-checking VHDL testbench, with a top entity named `testbench`; it reads the vector files of
  /// the Verilog's.
  public var vhdlTestbench: String {
    VHDLTestbench(
      module: VHDLModule(design.netlist, design.pipeline, name: design.name), vectors: vectors.count
    ).text()
  }
}
