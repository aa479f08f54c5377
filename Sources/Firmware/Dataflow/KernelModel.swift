/// A kernel's handshake, clock edge by clock edge.
///
/// Kernels with an interval of 1 are pipelines that stand still while their last result waits
/// (``ParallelKernel``). The others hold a token for their interval, finish it in a pipeline, and keep
/// the result until it is taken (`FoldedKernel`).
struct KernelModel {
  private let interval: Int
  /// Tokens on their way, the newest first.
  private var stages: [Bool]
  private var busy = false
  private var step = 0
  private var waiting = false
  private let holds: Bool

  init(interval: Int, latency: Int) {
    self.interval = interval
    holds = interval > 1 && latency > interval + 1
    stages = Array(repeating: false, count: holds ? latency - interval - 1 : latency)
  }

  private var isDone: Bool { stages[stages.count - 1] }

  var hasResult: Bool { holds ? waiting : isDone }

  /// Whether it takes a token at this edge, given whether its result is taken.
  func accepts(ready: Bool) -> Bool {
    holds
      ? !busy || step == interval - 1 && !(isDone && waiting)
      : (!isDone || ready) && step == 0
  }

  /// The edge. Returns whether anything changed.
  mutating func clock(takes: Bool, ready: Bool) -> Bool {
    let before = (busy, step, waiting)
    let wasUnderWay = stages.contains(true)
    var shifted = false
    if holds {
      let done = isDone
      let enable = !(done && waiting && !ready)
      let last = step == interval - 1
      if enable {
        shift(last)
        shifted = true
      }
      let wasBusy = busy
      busy = takes || busy && !(last && enable)
      if wasBusy, enable { step = last ? 0 : step + 1 }
      waiting = done && enable || waiting && !ready
    } else if !isDone || ready {
      shift(takes)
      shifted = true
      // Edges until the next token.
      step = takes ? interval - 1 : max(0, step - 1)
    }
    return takes || shifted && wasUnderWay || before != (busy, step, waiting)
  }

  private mutating func shift(_ token: Bool) {
    stages.removeLast()
    stages.insert(token, at: 0)
  }
}
