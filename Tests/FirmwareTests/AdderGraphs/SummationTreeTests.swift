import Testing

@testable import WinnowFirmware

@Suite struct SummationTreeTests {
  private func summand(_ bits: Int, level: Int = 0, isNegative: Bool = false) -> Summand {
    Summand(
      ValueRange(low: 0, high: (1 << bits) - 1, zeros: 0), level: level, isNegative: isNegative)
  }

  private func level(_ tree: SummationTree, _ summands: [Summand]) -> Int {
    var levels = summands.map(\.level)
    for step in tree.steps { levels.append(max(levels[step.left], levels[step.right]) + 1) }
    return levels[levels.count - 1]
  }

  @Test func narrowItemsGoFirst() {
    // 2 + 3 + 8 bits rather than 8 + 9 + 9.
    let tree = SummationTree.cheapest(
      [summand(8), summand(2), summand(2), summand(3)], limit: 3, signed: true)
    #expect(tree.doubledCost == 2 * (2 + 3 + 8))
    #expect(!tree.isNegative)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5])
  func everyRuleStaysWithinTheLimit(rule: Int) {
    var generator = AdderGraphGenerator(seed: 3)
    for count in [1, 2, 3, 17, 64, 100] {
      let summands = (0..<count).map { _ in
        summand(
          Int.random(in: 1...9, using: &generator), level: Int.random(in: 0...5, using: &generator),
          isNegative: Bool.random(using: &generator))
      }
      let limit = ceilingLog2(summands.reduce(0) { $0 + 1 << $1.level })
      let tree = SummationTree(
        summands, limit: limit, signed: true, rule: SummationTree.Rule.all[rule])
      #expect(tree.steps.count == count - 1)
      #expect(level(tree, summands) <= limit)
    }
  }

  @Test func negationIsChargedOnlyWhereSignsMatter() {
    let summands = [summand(4, isNegative: true), summand(4, isNegative: true)]
    let value = SummationTree.cheapest(summands, limit: 1, signed: false)
    let output = SummationTree.cheapest(summands, limit: 1, signed: true)
    #expect(value.isNegative && output.isNegative)
    #expect(value.doubledCost == 8)
    #expect(output.doubledCost == 8 + 6)
  }
}
