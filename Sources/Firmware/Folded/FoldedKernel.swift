import WinnowFixedPoint
package import WinnowNetworkIR

/// A layer with a reuse factor: its products share multipliers over R clock edges.
///
/// The sums of a matrix come from multiply–accumulate units whose weights lie in memories; all that
/// follows the sums is parallel logic, used once in R edges. A vector is held while it is worked on,
/// and a result until it is taken, so that the next vector enters after exactly R edges.
///
/// `in_ready` never depends on `out_ready` within a cycle: a chain of kernels has no long path.
package struct FoldedKernel: StreamKernel {
  package let moduleName: String
  package let inputWidth: Int
  package let outputWidth: Int
  /// The reuse factor.
  package let interval: Int
  let plan: FoldedPlan
  let suffix: FoldedSuffix

  /// Builds a kernel of a program of one layer.
  ///
  /// - Parameters:
  ///   - reuse: clock edges between two tokens; 2 or more, 1 is parallel logic.
  /// - Throws: ``NetworkError`` when the program is no single layer whose sums read its inputs, when
  ///   a number is too wide, or when a gate is slower than the clock.
  package init(
    _ program: FixedPointProgram, name: String, reuse: Int, settings: FoldedSettings
  ) throws {
    let partition = FoldedPartition(program)
    guard partition.stages.count == 1, !partition.stages[0].rows.isEmpty else {
      throw NetworkError(
        "'\(program.name)' is not one folded layer: \(partition.stages.count) stages; fold it as a chain"
      )
    }
    let stage = partition.stages[0]
    self.init(
      stage, name: name, plan: try FoldedPlan(FoldedMatrix(stage), reuse: reuse, settings: settings),
      suffix: try FoldedSuffix(stage, name: "\(name)_logic", settings: settings))
  }

  init(
    _ stage: FoldedPartition.Stage, name: String, plan: FoldedPlan, suffix: FoldedSuffix
  ) {
    precondition(plan.reuse >= 2, "a reuse factor of \(plan.reuse) is parallel logic")
    moduleName = name
    interval = plan.reuse
    self.plan = plan
    self.suffix = suffix
    inputWidth = stage.program.inputs.reduce(0) { $0 + $1.types.reduce(0) { $0 + $1.width } }
    outputWidth = suffix.logic.outputWidth
  }

  /// Registers between a step and the end of the logic that follows the sums.
  var depth: Int { plan.depth + suffix.logic.latency }

  package var latency: Int { interval + depth + 1 }

  package var resources: Resources {
    var resources = plan.resources + suffix.logic.resources
    resources.flipFlops +=
      inputWidth + outputWidth + depth + suffix.carriedBits * plan.depth + 2
    resources.lookUpTables += 4
    return resources
  }

  package var verilog: String { FoldedVerilog(self).text() }
}

extension Resources {
  init(lookUpTables: Int, flipFlops: Int, multipliers: Int, blockMemories: Int) {
    self.lookUpTables = lookUpTables
    self.flipFlops = flipFlops
    self.multipliers = multipliers
    self.blockMemories = blockMemories
  }

  static let none = Resources(lookUpTables: 0, flipFlops: 0, multipliers: 0, blockMemories: 0)

  static func + (a: Resources, b: Resources) -> Resources {
    Resources(
      lookUpTables: a.lookUpTables + b.lookUpTables, flipFlops: a.flipFlops + b.flipFlops,
      multipliers: a.multipliers + b.multipliers, blockMemories: a.blockMemories + b.blockMemories)
  }
}
