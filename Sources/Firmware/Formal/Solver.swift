import Foundation
import WinnowTensors

/// Yosys' satisfiability solver (MiniSat), many questions a process.
struct Solver {
  let folder: String
  let limits: ProofLimits

  /// Answers in the order of the questions; those that the time did not reach are timeouts.
  func answers(
    _ questions: [SolverQuestion], progress: (Double) -> Void
  ) async throws -> [SolverAnswer] {
    var places: [SolverQuestion: Int] = [:]
    var distinct: [SolverQuestion] = []
    for question in questions where places[question] == nil {
      places[question] = distinct.count
      distinct.append(question)
    }
    // The short ones first: the time goes a long way there.
    let sizes = distinct.map { $0.body.reduce(0) { $0 + $1.utf8.count } }
    let order = distinct.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }
    var answers = Array(repeating: SolverAnswer.timeout, count: distinct.count)
    let start = Date()
    let batch = 64
    for first in stride(from: 0, to: order.count, by: batch) {
      let left = Double(limits.totalSolverSeconds) - Date().timeIntervalSince(start)
      guard left > 0 else { break }
      let chosen = Array(order[first..<min(first + batch, order.count)])
      for (place, answer) in try await ask(chosen, distinct, seconds: left) {
        answers[place] = answer
      }
      progress(Double(first + chosen.count) / Double(order.count))
    }
    return questions.map { answers[places[$0]!] }
  }

  private func ask(
    _ chosen: [Int], _ questions: [SolverQuestion], seconds: Double
  ) async throws -> [Int: SolverAnswer] {
    let text = chosen.map { questions[$0].text("b\($0)") }.joined()
    try AtomicFile.write(Array(text.utf8), to: "\(folder)/blocks.v")
    try? FileManager.default.removeItem(atPath: "\(folder)/answers.txt")
    let timeout = max(1, min(limits.solverSeconds, Int(seconds)))
    let script =
      (["read_verilog blocks.v", "proc", "opt -full"]
      + chosen.flatMap {
        [
          "tee -a answers.txt log BLOCK \($0)",
          "tee -a answers.txt sat -prove bad 0 -show-inputs -timeout \(timeout) b\($0)",
        ]
      }).joined(separator: "\n") + "\n"
    try AtomicFile.write(Array(script.utf8), to: "\(folder)/prove.ys")
    try await ExternalTool.yosys.require(
      ["-q", "-s", "prove.ys"], in: folder, doing: "the formal proof")
    return Self.answers(
      String(decoding: try InputFile.read("\(folder)/answers.txt"), as: UTF8.self))
  }

  /// Reads the log: for each block its verdict.
  static func answers(_ log: String) -> [Int: SolverAnswer] {
    var answers: [Int: SolverAnswer] = [:]
    var block = -1
    var differs = false
    var values: [String] = []
    func close() { if differs { answers[block] = .differs(values.joined(separator: " ")) } }
    for line in log.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.first == "BLOCK", fields.count == 2, let place = Int(fields[1]) {
        close()
        (block, differs, values) = (place, false, [])
        answers[block] = .timeout
      } else if line.contains("no model found: SUCCESS") {
        answers[block] = .equal
      } else if line.contains("model found: FAIL") {
        differs = true
      } else if differs, fields.count >= 4, fields[0].hasPrefix("\\p"), values.count < 8 {
        values.append("\(fields[0].dropFirst())=\(fields[1])")
      }
    }
    close()
    return answers
  }
}
