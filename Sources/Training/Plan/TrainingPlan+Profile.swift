/// What a node costs in one step.
public struct NodeProfile: Sendable, Hashable {
  public var node: String
  /// Seconds.
  public var forward = 0.0
  public var backward = 0.0
}

extension TrainingPlan {
  /// Runs one step on the calling thread and times every node; the most expensive first.
  ///
  /// For finding where the time goes: the clock itself costs some 50 ns a call.
  public func profile() -> [NodeProfile] {
    var profiles: [String: NodeProfile] = [:]
    let clock = ContinuousClock()
    for program in [forwardProgram, backwardProgram] {
      for stage in program.stages {
        for task in stage.shards.joined().flatMap(\.tiles).joined() {
          let start = clock.now
          task.run()
          let seconds = (clock.now - start) / .seconds(1)
          if task.isBackward {
            profiles[task.node, default: NodeProfile(node: task.node)].backward += seconds
          } else {
            profiles[task.node, default: NodeProfile(node: task.node)].forward += seconds
          }
        }
      }
    }
    return profiles.values.sorted { $0.forward + $0.backward > $1.forward + $1.backward }
  }
}
