import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Schedules on paper: every product once, at a step of its row's turn, with its own weight.
@Suite struct FoldedScheduleTests {
  private func stage(_ sizes: [Int], seed: UInt64, density: Double) throws -> FoldedPartition.Stage {
    let network = RandomDense(
      sizes, seed: seed, density: density, plain: FoldedDesignTests.plain
    ).network
    let partition = FoldedPartition(try FixedPointProgram(network).prunedToOutputs())
    return try #require(partition.stages.first { !$0.rows.isEmpty })
  }

  @Test(arguments: [1.0, 0.5, 0.2])
  func everyProductIsMadeOnce(_ density: Double) throws {
    for seed in 1...UInt64(6) {
      let matrix = try FoldedMatrix(stage([9, 7], seed: seed, density: density))
      for rows in matrix.components() {
        for reuse in [2, 3, 5, 8, 13, 40, 63] {
          for shape in FoldedChoice.shapes(matrix, rows, reuse: reuse) {
            #expect(shape.steps * shape.turns <= reuse)
            let schedule = FoldedSchedule(matrix, rows: rows, shape: shape, reuse: reuse)
            #expect(schedule.units.flatMap(\.rows).sorted() == rows)
            for unit in schedule.units {
              #expect(
                unit.multipliers.allSatisfy { $0.weights.count == shape.steps * shape.turns })
              for (turn, row) in unit.rows.enumerated() {
                var made: [Int: Int] = [:]
                for multiplier in unit.multipliers {
                  let line = schedule.lines[multiplier.line].inputs
                  for step in 0..<shape.steps {
                    let place = turn * shape.steps + step
                    let weight = multiplier.weights[place]
                    guard weight != 0 else { continue }
                    let input = line[shape.isGathered ? place : step]
                    #expect(made[input] == nil)
                    made[input] = weight
                  }
                }
                let wanted = Dictionary(
                  uniqueKeysWithValues: matrix.rows[row].terms.map { ($0.input, $0.weight) })
                #expect(made == wanted, "\(shape)")
              }
            }
          }
        }
      }
    }
  }

  /// A pruned matrix needs fewer multipliers where each picks its own inputs.
  @Test func gatheringSkipsZeros() throws {
    let matrix = try FoldedMatrix(stage([24, 16], seed: 2, density: 0.25))
    let rows = Array(matrix.rows.indices)
    func fewest(_ isGathered: Bool) -> Int {
      FoldedChoice.shapes(matrix, rows, reuse: 6).filter { $0.isGathered == isGathered }
        .map { FoldedSchedule(matrix, rows: rows, shape: $0, reuse: 6).multiplierCount }.min()!
    }
    #expect(fewest(true) * 2 < fewest(false))
    #expect(fewest(true) >= (matrix.weightCount + 5) / 6)
  }

  /// Values that skip a layer are handed on; the parts together are the program.
  @Test func stagesTogetherAreTheProgram() throws {
    for seed in 1...UInt64(12) {
      let network = RandomDense(
        [5, 5, 5, 5], seed: seed, density: 0.6, branch: true
      ).network
      let program = try FixedPointProgram(network).prunedToOutputs()
      let vectors = TestVectors(for: program, count: 30, seed: seed)
      let expected = program.results(vectors)
      var mantissas = vectors.inputs
      for stage in FoldedPartition(program).stages {
        mantissas = stage.program.results(TestVectors(inputs: mantissas, count: vectors.count))
      }
      #expect(mantissas == expected)
    }
  }
}
