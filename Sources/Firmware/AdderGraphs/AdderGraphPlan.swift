import Dispatch
import Synchronization

/// The adder graphs of a network's matrices, found on all cores; they do not depend on how many.
package struct AdderGraphPlan: Sendable {
  private let options: AdderGraphOptions
  private var workPerDigit: Double
  private var graphs: [ConstantMatrixProblem: AdderGraph] = [:]

  /// - Parameters:
  ///   - problems: the matrices of a network.
  ///   - options: `options.work` is for all of them together; each gets a share by its signed digits.
  ///   - remembers: whether what this process has found before is not searched for again.
  ///   - progress: called with the share of the work that is done, from any thread.
  package init(
    _ problems: [ConstantMatrixProblem], options: AdderGraphOptions, remembers: Bool = true,
    progress: @Sendable (Double) -> Void = { _ in }
  ) {
    self.options = options
    let distinct = Array(Set(problems)).map { (problem: $0, digits: $0.signedDigits) }
      // The longest first, so that no core is left with it at the end.
      .sorted { $0.digits > $1.digits }
    let digits = max(1, distinct.reduce(0) { $0 + $1.digits })
    workPerDigit = Double(options.work) / Double(digits)
    // Without a search there is little to do at once.
    guard options.work > 0 else { return }
    let found = Mutex<(graphs: [ConstantMatrixProblem: AdderGraph], digits: Int)>(([:], 0))
    let (each, workPerDigit) = (options, workPerDigit)
    DispatchQueue.concurrentPerform(iterations: distinct.count) { index in
      let (problem, count) = distinct[index]
      var options = each
      options.work = Int(workPerDigit * Double(count))
      let graph =
        remembers
        ? FoundAdderGraphs.graph(problem, options) { shareAdders(problem, options: options) }
        : shareAdders(problem, options: options)
      let done = found.withLock { found in
        found.graphs[problem] = graph
        found.digits += count
        return found.digits
      }
      progress(Double(done) / Double(digits))
    }
    graphs = found.withLock { $0.graphs }
  }

  /// The graph that was found, or one found now.
  package func graph(_ problem: ConstantMatrixProblem) -> AdderGraph {
    if let graph = graphs[problem] { return graph }
    var options = options
    options.work = Int(workPerDigit * Double(problem.signedDigits))
    return shareAdders(problem, options: options)
  }
}
