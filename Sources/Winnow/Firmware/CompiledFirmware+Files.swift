import Foundation
import WinnowFirmware
import WinnowNetworkIR
import WinnowTensors

extension CompiledFirmware {
  /// Writes the firmware folder, with vectors and a testbench that replays them.
  ///
  /// - Parameter vectors: how many events the testbench gets.
  func write(to folder: String, report: CompiledReport, vectors count: Int, seed: UInt64) throws {
    let vectors = vectors(count: count, seed: seed)
    let testbench: String
    switch (self, report) {
    case (.parallel(let design), .parallel(let report, _)):
      try design.write(to: folder, report: report)
      let reference = try InterpreterReplay(design).run(vectors, tracing: false)
      let bench = Simulation.Bench(design, vectors: vectors, expected: reference.outputs)
      try bench.writeVectors(to: folder + "/vectors")
      testbench = bench.testbench
    case (.folded(let design), .folded(let report, _)):
      try design.write(to: folder, report: report)
      let reference = try InterpreterReplay(design.network, design.program).run(
        vectors, tracing: false)
      try design.writeVectors(vectors, expected: reference.outputs, to: folder + "/vectors")
      testbench = design.testbench(events: vectors.count)
    case (.dataflow(let design), .dataflow(let report, _)):
      try design.write(to: folder, report: report, program: program())
      let bench = DataflowSimulation.Bench(
        design, vectors: vectors, expected: try design.expected(for: vectors))
      try bench.writeVectors(to: folder + "/vectors")
      testbench = bench.testbench
    default: preconditionFailure("a report of another style")
    }
    try AtomicFile.write(Array(testbench.utf8), to: folder + "/rtl/\(name)_testbench.v")
  }
}

extension RunDirectory {
  /// Puts Vivado's figures in the place of the modelled ones in a design's reports.
  ///
  /// - Parameter vivado: a folder with Vivado's text reports.
  /// - Returns: the report as a page of text.
  /// - Throws: ``NetworkError`` or ``ToolError`` when either folder lacks what is needed, or the
  ///   reports are of another device or clock.
  public func replaceEstimates(withVivado vivado: String) throws -> String {
    switch try description().style ?? .parallel {
    case .parallel: try replaceEstimates(of: FirmwareReport.self, vivado)
    case .folded: try replaceEstimates(of: FoldedReport.self, vivado)
    case .dataflow: try replaceEstimates(of: DataflowReport.self, vivado)
    }
  }

  private func replaceEstimates<Report: ModelledReport>(
    of _: Report.Type, _ vivado: String
  ) throws -> String {
    let file = firmware + "/reports/report.json"
    guard let report = try? JSONDecoder().decode(Report.self, from: Data(InputFile.read(file))),
      let device = Device.named(report.device)
    else { throw NetworkError("'\(file)' is missing or damaged; run 'winnow compile' again") }
    let replaced = try report.replacingEstimates(with: VivadoReports.read(vivado))
    let text = replaced.text(for: device)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(Array(try encoder.encode(replaced)) + [UInt8(ascii: "\n")], to: file)
    try AtomicFile.write(Array(text.utf8), to: firmware + "/reports/report.txt")
    return text
  }
}
