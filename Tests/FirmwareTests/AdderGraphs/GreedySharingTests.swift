import Testing

@testable import WinnowFirmware

@Suite struct GreedySharingTests {
  private func state(_ problem: ConstantMatrixProblem) -> SharedRows {
    SharedRows(
      inputs: problem.inputs, outputs: problem.rows.map { problem.linearForm(of: $0) },
      scale: DepthScale(problem.inputs), scoring: PairScoring())
  }

  /// What the rows compute, without the stored forms.
  private func forms(_ state: SharedRows) -> [LinearForm] {
    var forms: [LinearForm?] = state.inputs.indices.map { LinearForm(input: $0) }
    forms += state.rows.map { _ in nil }
    for row in state.topologicalOrder {
      var sum = LinearForm([])
      for term in state.rows[row] {
        guard let form = forms[term.value] else { continue }
        sum = LinearForm(sum, shift: 0, form, shift: term.shift, subtract: term.isNegative)
      }
      forms[state.value(ofRow: row)] = sum
    }
    return (0..<state.outputCount).compactMap { forms[state.value(ofRow: $0)] }
  }

  /// A small budget forces tiles, of which the last pass has fewer.
  @Test(arguments: [50, 1000, 1_000_000])
  func rowsKeepTheirForms(pairBudget: Int) {
    let problem = ConstantMatrixProblem.random(
      inputs: 24, outputs: 12, bits: 7, density: 0.8, seed: 11)
    var state = state(problem)
    let expected = problem.rows.map { problem.linearForm(of: $0) }
    let before = state.rows.reduce(0) { $0 + $1.count }
    #expect(forms(state) == expected)
    state.shareGreedily(limits: problem.rows.map { _ in problem.minimalDepth }, pairBudget: pairBudget)
    #expect(forms(state) == expected)
    state.inlineSingleUses()
    #expect(forms(state) == expected)
    #expect(state.rows.reduce(0) { $0 + $1.count } < before)
    for row in state.outputCount..<state.rows.count where !state.rows[row].isEmpty {
      #expect(state.users[state.value(ofRow: row)].count > 1)
    }
  }

  @Test func usersAndWeightsFollowTheRows() {
    let problem = ConstantMatrixProblem.random(
      inputs: 10, outputs: 10, bits: 6, density: 1, seed: 5)
    var state = state(problem)
    state.shareGreedily(limits: problem.rows.map { _ in problem.minimalDepth }, pairBudget: 1_000_000)
    var users = Array(repeating: [Int32](), count: state.forms.count)
    for (row, terms) in state.rows.enumerated() {
      #expect(terms == terms.sorted())
      #expect(state.weights[row] == terms.reduce(0) { $0 + 1 << state.levels[$1.value] })
      for term in terms { users[term.value].append(Int32(row)) }
    }
    #expect(state.users.map { $0.sorted() } == users)
  }
}
