/// How deep and how hard to share.
package struct AdderGraphOptions: Sendable, Hashable {
  /// Levels that outputs may use above the problem's ``ConstantMatrixProblem/minimalDepth``.
  ///
  /// None by default: on the 17 matrices of the five reference networks one more level saves 0.6 %
  /// of the cost and two save 0.7 %, while da4ml and alkaid stay at the least depth on eight.
  package var extraDepth: Int
  /// Whether every output stays at its own least depth (and the extra), not only the deepest.
  ///
  /// Costs adders; outputs that are ready early and are cut short at once need fewer registers.
  package var isEachShallow = false
  /// Chooses the variations of the attempts after the first.
  package var seed: UInt64
  /// How many graphs to build, of which the cheapest is kept; fewer where the problem is large.
  ///
  /// Four are 0.2 % cheaper than one on the reference networks, 0.6 % on small random matrices.
  package var attempts: Int
  /// Units of ``AnnealingState/work`` to anneal the best of them for, 0 for none; about 7 ns each.
  package var work: Int

  package init(extraDepth: Int = 0, seed: UInt64 = 1, attempts: Int = 4, work: Int = 0) {
    precondition(extraDepth >= 0, "extra depth \(extraDepth) is negative")
    precondition(attempts >= 1, "\(attempts) attempts make no graph")
    self.extraDepth = extraDepth
    self.seed = seed
    self.attempts = attempts
    self.work = work
  }
}

/// An adder graph for a constant matrix, with common subexpressions shared.
///
/// Every row starts as its inputs' canonical signed digits. A pair of terms that occurs more than
/// once becomes a value of its own, the most useful pair first, and the rows that remain are summed
/// along the cheapest tree found. With `options.work` the result is then annealed: taken apart in
/// places and shared again many thousand times (``Annealing``). No output is deeper than
/// `problem.minimalDepth + options.extraDepth`; rows that are shifts or negations of each other are
/// computed once. With `options.isEachShallow` no output is deeper than its own least depth and the
/// extra. The same problem and options always give the same graph.
///
/// - Parameters:
///   - problem: coefficients below 2^61 in magnitude, sums of at most 100 bits.
///   - options: depth, seed, effort.
/// - Returns: a graph with one output for each row, exact for every vector within the input ranges
///   (and beyond them).
/// - Complexity: time and memory grow with the pairs of signed digits within rows. A 64×64 matrix
///   of 8-bit weights takes 0.1 s, 252×16 dense 1.3 s, 256×256 dense 5 s and 0.6 GB; annealing
///   about 7 ns a unit of work more.
/// - Reference: the cost that is minimised is da4ml's, arXiv:2507.04535, plus the low bits of
///   subtractions that it leaves out (``AdderGraph/uncountedLowBits(inputs:)``).
package func shareAdders(
  _ problem: ConstantMatrixProblem, options: AdderGraphOptions = AdderGraphOptions()
) -> AdderGraph {
  let rows = DistinctRows(problem)
  guard !rows.forms.isEmpty else {
    return AdderGraph(
      inputCount: problem.inputs.count, adders: [], outputs: rows.outputs)
  }
  let scale = DepthScale(problem.inputs)
  // Sums of 2^level must fit in 64 bits.
  let extra = min(options.extraDepth, 60)
  let limit = min(60, problem.minimalDepth - scale.base + extra)
  let limits = rows.forms.map {
    options.isEachShallow ? min(limit, problem.minimalLevels($0, scale) + extra) : limit
  }
  var best = Candidate(
    greedily(problem, rows.forms, scale, limits: limits, options), problem, limits: limits)
  if options.work > 0, var annealing = Annealing(best.rows, limits: limits, seed: options.seed) {
    annealing.run(work: options.work)
    let found = SharedRows(
      inputs: problem.inputs, outputs: rows.forms, rows: annealing.result, scale: scale)
    let annealed = Candidate(found, problem, limits: limits)
    if annealed.cost < best.cost { best = annealed }
  }
  var graph = best.graph
  graph.outputs = rows.outputs.map { output in
    guard let row = output.value else { return .zero }
    let shared = graph.outputs[row]
    return AdderGraph.Output(
      value: shared.value, shift: shared.shift + output.shift,
      negate: shared.negate != output.negate)
  }
  return graph
}

/// The cheapest of several attempts with scores that vary.
private func greedily(
  _ problem: ConstantMatrixProblem, _ forms: [LinearForm], _ scale: DepthScale, limits: [Int],
  _ options: AdderGraphOptions
) -> SharedRows {
  var best: Candidate?
  var attempts = options.attempts
  var attempt: UInt64 = 0
  while attempt < attempts {
    let scoring =
      attempt == 0 ? PairScoring() : PairScoring(variation: options.seed &+ attempt)
    var state = SharedRows(
      inputs: problem.inputs, outputs: forms, scale: scale, scoring: scoring)
    if attempt == 0 { attempts = min(attempts, max(1, 2_500_000 / (1 + state.pairCount))) }
    state.shareGreedily(limits: limits, pairBudget: 8_000_000)
    state.inlineSingleUses()
    let candidate = Candidate(state, problem, limits: limits)
    if best.map({ candidate.cost < $0.cost }) ?? true { best = candidate }
    attempt += 1
  }
  guard let best else { preconditionFailure("no attempt was made") }
  return best.rows
}

/// Rows, their graph, and its bits with those that da4ml leaves out.
private struct Candidate {
  var rows: SharedRows
  var graph: AdderGraph
  var cost: Double

  init(_ rows: SharedRows, _ problem: ConstantMatrixProblem, limits: [Int]) {
    self.rows = rows
    graph = GraphBuilder.graph(of: rows, limits: limits)
    let bits = graph.bits(inputs: problem.inputs)
    cost = bits.counted + Double(bits.uncounted)
  }
}

/// The rows of a problem up to shifts and negations.
private struct DistinctRows {
  /// Odd forms, each with the sign of the first row that has it.
  private(set) var forms: [LinearForm] = []
  /// For every row of the problem the form it is, by index, with its shift and sign.
  private(set) var outputs: [AdderGraph.Output] = []

  init(_ problem: ConstantMatrixProblem) {
    var found: [LinearForm: (index: Int, isNegative: Bool)] = [:]
    for row in problem.rows {
      let form = problem.linearForm(of: row)
      guard !form.isZero else {
        outputs.append(.zero)
        continue
      }
      let (odd, shift, isNegative) = form.canonical
      let first = found[odd] ?? (forms.count, isNegative)
      if first.index == forms.count {
        found[odd] = first
        forms.append(isNegative ? odd.negated : odd)
      }
      outputs.append(
        AdderGraph.Output(
          value: first.index, shift: shift, negate: isNegative != first.isNegative))
    }
  }
}
