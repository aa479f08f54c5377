/// The dataflow without data: every valid and ready signal of the Verilog, edge by edge.
///
/// Which tokens a process takes and makes is fixed, so that what comes out of the model holds for every
/// image: interval, latency, how full each buffer gets. A design that does not block here never blocks,
/// however its source and sink stall: with processes that cannot choose what to read next, whether a
/// network of bounded buffers blocks does not depend on time (Kahn 1974; Parks 1995, chapter 4).
struct ScheduleModel {
  struct Result {
    /// Clock edges from the one that takes the first token of an image to the one that can take the
    /// last token of its results, the design empty before.
    var latency: Int
    /// Clock edges between images, when they follow each other as closely as they can.
    var interval: Int
    /// The edge, counted from the first token taken, at which the last image has left.
    var end: Int
    /// The fullest that each buffer was.
    var occupancy: [Int]
  }

  let graph: DataflowGraph
  var depths: [Int]

  init(_ graph: DataflowGraph) {
    self.graph = graph
    depths = graph.edges.map(\.depth)
  }

  /// Where each process, buffer and port stands.
  private struct State {
    var step: [Int]
    var pending: [Bool]
    var count: [Int]
    var given: [Bool]
    /// For each process the tokens on their way, the newest first.
    var stages: [[Bool]]
    /// Edges until the kernel takes another token.
    var rest: [Int]
    var sent: [Int]
    var received: [Int]
  }

  /// Runs some images through.
  ///
  /// - Returns: `nil` when nothing moves any more, with the names of what is blocked in `blocked`.
  func run(images: Int, blocked: inout [String]) -> Result? {
    let edges = graph.edges
    let processes = graph.processes
    let readers = graph.streams.indices.map { stream in
      edges.indices.filter { edges[$0].stream == stream }
    }
    let wires = edges.map(\.former.isWires)
    let makesTotal = edges.map { $0.former.schedule.steps }
    var state = State(
      step: edges.map { _ in 0 }, pending: edges.map { _ in false }, count: edges.map { _ in 0 },
      given: edges.map { _ in false },
      stages: processes.map { Array(repeating: false, count: $0.kernel.latency) },
      rest: processes.map { _ in 0 }, sent: (0..<graph.inputCount).map { _ in 0 },
      received: graph.outputs.map { _ in 0 })
    var occupancy = edges.map { _ in 0 }
    let wanted = (0..<graph.inputCount).map { graph.streams[$0].tokens.count * images }
    let expected = graph.outputs.map { $0.stream.tokens.count * images }
    var starts: [Int] = []
    var ends = Array(repeating: 0, count: images)
    var cycle = 0
    var still = 0
    let patience = 4 + (processes.map { $0.kernel.interval + $0.kernel.latency }.max() ?? 0)
    while zip(state.received, expected).contains(where: { $0 < $1 }) {
      // Forward: who has something to give. Kernels hold their results in registers.
      var valid = graph.streams.indices.map { stream in
        stream < graph.inputCount
          ? state.sent[stream] < wanted[stream]
          : state.stages[stream - graph.inputCount][processes[stream - graph.inputCount].kernel.latency - 1]
      }
      if graph.streams.isEmpty { valid = [] }
      var offered = edges.map { _ in false }
      var formed = edges.map { _ in false }
      for edge in edges.indices {
        offered[edge] = state.count[edge] > 0 || (valid[edges[edge].stream] && !state.given[edge])
        formed[edge] = wires[edge] ? offered[edge] : state.pending[edge]
      }
      let complete = processes.map { $0.edges.allSatisfy { formed[$0] } }
      // Backward: who can take it.
      var formedTaken = edges.map { _ in false }
      var edgeReady = edges.map { _ in false }
      var bufferTaken = edges.map { _ in false }
      var streamReady = graph.streams.map { _ in true }
      var advance = processes.map { _ in false }
      var accepts = processes.map { _ in false }
      for stream in graph.streams.indices.reversed() {
        for edge in readers[stream] {
          let former = edges[edge].former
          let sinkReady: Bool
          if let layer = edges[edge].layer {
            sinkReady =
              accepts[layer]
              && processes[layer].edges.allSatisfy { $0 == edge || formed[$0] }
          } else {
            sinkReady = true
          }
          formedTaken[edge] = sinkReady
          let ready =
            wires[edge]
            ? sinkReady
            : former.schedule.takes[state.step[edge]] && (!state.pending[edge] || sinkReady)
          bufferTaken[edge] = offered[edge] && ready
          edgeReady[edge] = depths[edge] > 0 ? state.count[edge] < depths[edge] : ready
          if !(edgeReady[edge] || state.given[edge]) { streamReady[stream] = false }
        }
        if stream >= graph.inputCount {
          let process = stream - graph.inputCount
          advance[process] = !valid[stream] || streamReady[stream]
          accepts[process] = advance[process] && state.rest[process] == 0
        }
      }
      // The clock edge.
      var moved = false
      for edge in edges.indices {
        let comes = valid[edges[edge].stream] && !state.given[edge] && edgeReady[edge]
        if depths[edge] > 0 {
          state.count[edge] += (comes ? 1 : 0) - (bufferTaken[edge] ? 1 : 0)
          occupancy[edge] = max(occupancy[edge], state.count[edge])
        }
        if comes || bufferTaken[edge] { moved = true }
        let stream = edges[edge].stream
        state.given[edge] =
          valid[stream] && !streamReady[stream] && (state.given[edge] || comes)
        guard !wires[edge] else { continue }
        let schedule = edges[edge].former.schedule
        let free = !state.pending[edge] || formedTaken[edge]
        let fire = free && (offered[edge] || !schedule.takes[state.step[edge]])
        if free, state.pending[edge] || fire { moved = true }
        if free { state.pending[edge] = fire && schedule.makes[state.step[edge]] }
        if fire { state.step[edge] = (state.step[edge] + 1) % makesTotal[edge] }
      }
      for process in processes.indices where advance[process] {
        let kernel = processes[process].kernel
        let takes = accepts[process] && complete[process]
        if state.stages[process].contains(true) { moved = true }
        state.stages[process].removeLast()
        state.stages[process].insert(takes, at: 0)
        if state.rest[process] > 0 {
          state.rest[process] -= 1
          moved = true
        }
        if takes { state.rest[process] = kernel.interval - 1 }
      }
      for input in 0..<graph.inputCount where valid[input] && streamReady[input] {
        if input == 0, state.sent[0] % graph.streams[0].tokens.count == 0 { starts.append(cycle) }
        state.sent[input] += 1
      }
      for (index, output) in graph.outputs.enumerated() where formed[output.edge] && formedTaken[output.edge]
      {
        state.received[index] += 1
        let tokens = output.stream.tokens.count
        if state.received[index] % tokens == 0 {
          let image = state.received[index] / tokens - 1
          ends[image] = max(ends[image], cycle)
        }
        moved = true
      }
      still = moved ? 0 : still + 1
      if still > patience {
        blocked = edges.indices.filter {
          depths[$0] > 0 && state.count[$0] == depths[$0] || valid[edges[$0].stream] && !edgeReady[$0]
        }.map { edges[$0].name }
        return nil
      }
      cycle += 1
    }
    let half = images / 2
    let span = ends[images - 1] - ends[max(half - 1, 0)]
    let between = max(images - 1 - max(half - 1, 0), 1)
    return Result(
      latency: ends[0] - (starts.first ?? 0),
      interval: (span + between - 1) / between, end: ends[images - 1] - (starts.first ?? 0),
      occupancy: occupancy)
  }
}
