/// One call of one pullback.
struct Task {
  var pullback: any Pullback
  var phase: Int
  var isBackward: Bool

  func run() {
    if isBackward { pullback.backward(phase: phase) } else { pullback.forward(phase: phase) }
  }
}

/// What the threads do: stages with a barrier between; within a stage each shard has its own list.
///
/// A shard's tasks of one stage run in order on one thread, depth first, so that its activations
/// stay in that core's cache.
struct Program {
  struct Stage {
    var shards: [[Task]]
    /// Only the first shard has work, and it may touch everything.
    var isSerial: Bool
  }

  let shards: Int
  private(set) var stages: [Stage] = []
  private var isClosed = false

  init(shards: Int) { self.shards = shards }

  /// One task for everything.
  mutating func appendSerial(_ task: Task) {
    if stages.last?.isSerial != true || isClosed {
      isClosed = false
      stages.append(
        Stage(shards: Array(repeating: [], count: shards), isSerial: true))
    }
    stages[stages.count - 1].shards[0].append(task)
  }

  /// Asks for a barrier before whatever comes next.
  mutating func close() { isClosed = true }

  /// A task per shard; `meets` asks for a barrier before.
  mutating func appendParallel(_ tasks: [Task], meets: Bool) {
    if meets || isClosed || stages.last?.isSerial != false {
      isClosed = false
      stages.append(
        Stage(shards: Array(repeating: [], count: shards), isSerial: false))
    }
    for (shard, task) in tasks.enumerated() {
      stages[stages.count - 1].shards[shard].append(task)
    }
  }
}

extension ThreadTeam {
  /// Runs every stage; the same bits for any number of threads.
  func run(_ program: Program) {
    if count == 1 {
      for stage in program.stages {
        for shard in stage.shards { for task in shard { task.run() } }
      }
      return
    }
    run { member in
      for (index, stage) in program.stages.enumerated() {
        if index > 0 { self.meet() }
        if stage.isSerial {
          if member == 0 { for task in stage.shards[0] { task.run() } }
        } else {
          // Neighbouring shards on one thread, the same thread in every stage.
          for shard in shardRange(member, of: self.count, count: program.shards) {
            for task in stage.shards[shard] { task.run() }
          }
        }
      }
    }
  }
}
