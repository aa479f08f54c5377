/// The dataflow without data: every valid and ready signal of the Verilog, clock edge by clock edge.
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
  }

  /// From a stream to one of its readers.
  struct Reader {
    var name: String
    var stream: Int
    /// The process that reads; `nil` for an output.
    var process: Int?
    var isWires: Bool
    var takes: [Bool]
    var makes: [Bool]
    var depth: Int
  }

  let inputCount: Int
  /// Tokens of an image by stream, inputs first.
  let tokens: [Int]
  var readers: [Reader]
  let readersOfStream: [[Int]]
  let readersOfProcess: [[Int]]
  let kernels: [KernelModel]
  /// Reader and tokens of each output.
  let outputs: [(reader: Int, tokens: Int)]
  /// Edges without any change after which nothing will change any more.
  let patience: Int

  init(_ graph: DataflowGraph) {
    inputCount = graph.inputCount
    tokens = graph.streams.map(\.tokens.count)
    readers = graph.edges.map { edge in
      Reader(
        name: edge.name, stream: edge.stream, process: edge.layer, isWires: edge.former.isWires,
        takes: edge.former.schedule.takes, makes: edge.former.schedule.makes, depth: edge.depth)
    }
    readersOfStream = graph.streams.indices.map { stream in
      graph.edges.indices.filter { graph.edges[$0].stream == stream }
    }
    readersOfProcess = graph.processes.map(\.edges)
    kernels = graph.processes.map {
      KernelModel(interval: $0.kernel.interval, latency: $0.kernel.latency)
    }
    outputs = graph.outputs.map { ($0.edge, $0.stream.tokens.count) }
    patience = 4 + (graph.processes.map { $0.kernel.interval + $0.kernel.latency }.max() ?? 0)
  }

  /// The most tokens that a buffer could ever need: those of two images.
  var unlimitedDepths: [Int] { readers.map { 2 * tokens[$0.stream] } }

  /// Runs some images through.
  ///
  /// - Returns: `nil` when nothing moves any more, with the names of what is blocked in `blocked`.
  func run(images: Int, blocked: inout [String]) -> Result? {
    var run = ScheduleRun(self, images: images)
    while !run.isFinished {
      run.edge()
      if run.still > patience {
        blocked = run.blocked
        return nil
      }
    }
    let start = run.start ?? 0
    // The first images fill the design; the later ones show how they follow each other.
    let early = max(images / 2 - 1, 0)
    let between = max(images - 1 - early, 1)
    return Result(
      latency: run.ends[0] - start,
      interval: (run.ends[images - 1] - run.ends[early] + between - 1) / between,
      end: run.ends[images - 1] - start)
  }
}
