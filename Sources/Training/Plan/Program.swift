/// One call of one pullback.
struct Task {
  /// The node that it belongs to.
  var node: String
  var pullback: any Pullback
  var phase: Int
  var isBackward: Bool

  func run() {
    if isBackward { pullback.backward(phase: phase) } else { pullback.forward(phase: phase) }
  }
}

/// What the threads do: stages with a barrier between; within a stage each shard has its own list.
///
/// A shard's rows are cut into tiles, and a run of operators on the same rows is done tile by tile,
/// depth first, so that a tile's activations and gradients stay in that core's cache.
struct Program {
  /// Operators on the rows of one symbol: for each tile its calls in order.
  struct Run {
    var lead: String
    var tiles: [[Task]]
  }

  struct Stage {
    var shards: [[Run]]
    /// Only the first shard has work, and it may touch everything.
    var isSerial: Bool
  }

  let shards: Int
  private(set) var stages: [Stage] = []
  private var isClosed = false

  init(shards: Int) { self.shards = shards }

  private mutating func open(serial: Bool, meets: Bool) {
    if meets || isClosed || stages.last?.isSerial != serial {
      isClosed = false
      stages.append(Stage(shards: Array(repeating: [], count: shards), isSerial: serial))
    }
  }

  /// One task for everything.
  mutating func appendSerial(_ task: Task) {
    open(serial: true, meets: false)
    add([task], shard: 0, lead: "")
  }

  /// Asks for a barrier before whatever comes next.
  mutating func close() { isClosed = true }

  /// A task per tile of the rows of `lead`, as many for each shard; `meets` asks for a barrier
  /// before.
  mutating func appendParallel(_ tasks: [Task], lead: String, meets: Bool) {
    open(serial: false, meets: meets)
    let tiles = tasks.count / shards
    for shard in 0..<shards {
      add(Array(tasks[shard * tiles..<(shard + 1) * tiles]), shard: shard, lead: lead)
    }
  }

  private mutating func add(_ tasks: [Task], shard: Int, lead: String) {
    let stage = stages.count - 1
    let last = stages[stage].shards[shard].count - 1
    if last >= 0, stages[stage].shards[shard][last].lead == lead,
      stages[stage].shards[shard][last].tiles.count == tasks.count
    {
      for (tile, task) in tasks.enumerated() {
        stages[stage].shards[shard][last].tiles[tile].append(task)
      }
    } else {
      stages[stage].shards[shard].append(Run(lead: lead, tiles: tasks.map { [$0] }))
    }
  }
}

extension Program.Stage {
  func run(shard: Int) {
    for run in shards[shard] {
      for tile in run.tiles { for task in tile { task.run() } }
    }
  }
}

extension ThreadTeam {
  /// Runs every stage; the same bits for any number of threads.
  func run(_ program: Program) {
    if count == 1 {
      for stage in program.stages { for shard in 0..<program.shards { stage.run(shard: shard) } }
      return
    }
    run { member in
      for (index, stage) in program.stages.enumerated() {
        if index > 0 { self.meet() }
        if stage.isSerial {
          if member == 0 { stage.run(shard: 0) }
        } else {
          // Neighbouring shards on one thread, the same thread in every stage.
          for shard in shardRange(member, of: self.count, count: program.shards) {
            stage.run(shard: shard)
          }
        }
      }
    }
  }
}
