import Foundation
import WinnowFixedPoint
import WinnowNetworkIR

/// Proves a design: its netlist computes the program's integers for every input, and its Verilog
/// file is that netlist.
public struct FormalVerification: Sendable {
  let design: Design
  let verilog: String
  let limits: ProofLimits

  /// - Parameter verilog: the text to prove; the design's own unless it was read from a file.
  public init(_ design: Design, verilog: String? = nil, limits: ProofLimits = ProofLimits()) {
    self.design = design
    self.verilog = verilog ?? design.verilog
    self.limits = limits
  }

  /// - Parameters:
  ///   - folder: an existing folder for the solver's files.
  ///   - progress: called with what is being done.
  /// - Throws: ``ToolError`` when Yosys is missing or fails.
  public func run(
    in folder: String, progress: (String) -> Void = { _ in }
  ) async throws -> FormalReport {
    var report = FormalReport(network: design.name, limits: limits)
    report.outputs = design.program.outputs.reduce(0) { $0 + $1.values.count }
    progress("proving blocks by enumeration and linear form")
    let start = Date()
    let names = design.netlist.names
    var proof = EqualityProof(design.netlist.logic, equals: design.program, limits: limits)
    report.blockSeconds = Date().timeIntervalSince(start)
    report.different =
      proof.refuted.map { "\(names[$0.signal]): \($0.message)" }
      + proof.wrongOutputs + proof.openOutputs.map { "\($0) has no proof" }
    let ranges = names.indices.map { proof.provedRange($0) }

    let text = TextProof(
      design.netlist, module: VerilogModule(design.netlist, design.pipeline, name: design.name),
      file: verilog, ranges: ranges, undecided: proof.undecided, reference: design.program)
    report.faults = text.faults
    report.tables = text.tables
    report.distinctExpressions = Set(text.questions).count
    progress("asking the solver \(report.distinctExpressions) questions")
    let solverStart = Date()
    let answers = try await Solver(folder: folder, limits: limits).answers(text.questions) {
      progress("solver: \(Int(100 * $0)) %")
    }
    report.solverSeconds = Date().timeIntervalSince(solverStart)
    let blocks = answers.suffix(proof.undecided.count)
    for (subject, answer) in zip(text.subjects, answers).dropLast(blocks.count) {
      switch answer {
      case .equal: report.expressions += 1
      case .timeout: report.openExpressions.append("\(subject) (its expression in the file)")
      case .differs(let values):
        report.faults.append("\(subject) is not its gate in the file, for \(values)")
      }
    }
    var solved: [EqualityProof.ProvedBlock] = []
    var open: [ProofBlock] = []
    for (block, answer) in zip(proof.undecided, blocks) {
      if answer == .equal {
        solved.append(.init(value: block.value, signal: block.signal, kind: .satisfiability))
      } else {
        // Operand values that the solver finds may never occur; simulation saw no difference.
        open.append(block)
        report.simulatedOnly.append(names[block.signal])
      }
    }
    count(proof.proved + solved, open, into: &report)
    return report
  }

  private func count(
    _ proved: [EqualityProof.ProvedBlock], _ open: [ProofBlock], into report: inout FormalReport
  ) {
    let program = design.program
    func node(_ value: Int) -> String {
      program.origins[value] < 0 ? program.name : program.nodeNames[program.origins[value]]
    }
    var nodes: [String: FormalReport.Node] = [:]
    var order: [String] = []
    func change(_ name: String, _ edit: (inout FormalReport.Node) -> Void) {
      if nodes[name] == nil {
        nodes[name] = .init(node: name, proved: [:], simulatedOnly: 0)
        order.append(name)
      }
      edit(&nodes[name]!)
    }
    for block in proved.sorted(by: { $0.value < $1.value }) {
      report.blocks[block.kind.rawValue, default: 0] += 1
      change(node(block.value)) { $0.proved[block.kind.rawValue, default: 0] += 1 }
    }
    for block in open { change(node(block.value)) { $0.simulatedOnly += 1 } }
    report.nodes = order.map { nodes[$0]! }
  }
}
