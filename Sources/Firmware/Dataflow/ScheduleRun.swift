/// The state of a ``ScheduleModel`` while it runs.
struct ScheduleRun {
  private let model: ScheduleModel
  private let images: Int
  private var kernels: [KernelModel]
  /// By reader: the former's step, whether a token of it waits, tokens in the buffer, and whether the
  /// stream's present token has been given to it.
  private var step: [Int]
  private var pending: [Bool]
  private var count: [Int]
  private var given: [Bool]
  private var sent: [Int]
  private var received: [Int]
  private var cycle = 0
  /// The edge that takes the first token.
  private(set) var start: Int?
  /// For each image the edge that takes the last token of its results.
  private(set) var ends: [Int]
  /// Edges since anything changed.
  private(set) var still = 0

  // Signals of a cycle: by stream, by reader, by process.
  private var valid: [Bool]
  private var streamReady: [Bool]
  private var offered: [Bool]
  private var formed: [Bool]
  private var windowReady: [Bool]
  private var readerReady: [Bool]
  private var taken: [Bool]
  private var complete: [Bool]
  private var accepts: [Bool]

  init(_ model: ScheduleModel, images: Int) {
    self.model = model
    self.images = images
    kernels = model.kernels
    let none = model.readers.map { _ in false }
    step = model.readers.map { _ in 0 }
    pending = none
    count = step
    given = none
    sent = Array(repeating: 0, count: model.inputCount)
    received = model.outputs.map { _ in 0 }
    ends = Array(repeating: 0, count: images)
    valid = model.tokens.map { _ in false }
    streamReady = valid
    offered = none
    formed = none
    windowReady = none
    readerReady = none
    taken = none
    complete = kernels.map { _ in false }
    accepts = complete
  }

  var isFinished: Bool {
    zip(received, model.outputs).allSatisfy { $0 >= $1.tokens * images }
  }

  /// Full buffers, and readers that do not take what is there.
  var blocked: [String] {
    model.readers.indices.filter {
      valid[model.readers[$0].stream] && !given[$0] && !readerReady[$0]
    }.map { model.readers[$0].name }
  }

  /// One clock edge.
  mutating func edge() {
    offer()
    answer()
    var moved = clockReaders()
    for process in kernels.indices {
      let ready = streamReady[model.inputCount + process]
      if kernels[process].clock(takes: accepts[process] && complete[process], ready: ready) {
        moved = true
      }
    }
    for input in 0..<model.inputCount where valid[input] && streamReady[input] {
      if input == 0, start == nil { start = cycle }
      sent[input] += 1
    }
    for (index, output) in model.outputs.enumerated() where formed[output.reader] {
      received[index] += 1
      if received[index] % output.tokens == 0, received[index] <= output.tokens * images {
        let image = received[index] / output.tokens - 1
        ends[image] = max(ends[image], cycle)
      }
      moved = true
    }
    still = moved ? 0 : still + 1
    cycle += 1
  }

  /// Forward: who has something to give. Kernels hold their results in registers.
  private mutating func offer() {
    for stream in valid.indices {
      valid[stream] =
        stream < model.inputCount
        ? sent[stream] < model.tokens[stream] * images
        : kernels[stream - model.inputCount].hasResult
    }
    for reader in step.indices {
      offered[reader] = count[reader] > 0 || valid[model.readers[reader].stream] && !given[reader]
      formed[reader] = model.readers[reader].isWires ? offered[reader] : pending[reader]
    }
    for process in kernels.indices {
      complete[process] = model.readersOfProcess[process].allSatisfy { formed[$0] }
    }
  }

  /// Backward: who can take it, last layers first.
  private mutating func answer() {
    for stream in valid.indices.reversed() {
      var ready = true
      for reader in model.readersOfStream[stream] {
        windowReady[reader] = isTaken(reader)
        let own =
          model.readers[reader].isWires
          ? windowReady[reader]
          : model.readers[reader].takes[step[reader]] && (!pending[reader] || windowReady[reader])
        taken[reader] = offered[reader] && own
        let depth = model.readers[reader].depth
        readerReady[reader] = depth > 0 ? count[reader] < depth : own
        if !readerReady[reader], !given[reader] { ready = false }
      }
      streamReady[stream] = ready
      if stream >= model.inputCount {
        accepts[stream - model.inputCount] = kernels[stream - model.inputCount].accepts(ready: ready)
      }
    }
  }

  /// Whether what a former has made would be taken; an output's sink always does.
  private func isTaken(_ reader: Int) -> Bool {
    guard let process = model.readers[reader].process else { return true }
    return accepts[process]
      && model.readersOfProcess[process].allSatisfy { $0 == reader || formed[$0] }
  }

  private mutating func clockReaders() -> Bool {
    var moved = false
    for reader in step.indices {
      let stream = model.readers[reader].stream
      let comes = valid[stream] && !given[reader] && readerReady[reader]
      if model.readers[reader].depth > 0 {
        count[reader] += (comes ? 1 : 0) - (taken[reader] ? 1 : 0)
      }
      if comes || taken[reader] { moved = true }
      given[reader] = valid[stream] && !streamReady[stream] && (given[reader] || comes)
      guard !model.readers[reader].isWires, !pending[reader] || windowReady[reader] else { continue }
      let fire = offered[reader] || !model.readers[reader].takes[step[reader]]
      if pending[reader] || fire { moved = true }
      pending[reader] = fire && model.readers[reader].makes[step[reader]]
      if fire { step[reader] = (step[reader] + 1) % model.readers[reader].takes.count }
    }
    return moved
  }
}
