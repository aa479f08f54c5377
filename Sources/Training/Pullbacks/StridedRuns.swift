/// A loop over the elements of a shape in which each of up to four operands moves by its own
/// strides: broadcasting, reductions, permutations.
///
/// Neighbouring axes that all operands walk through alike become one; the last one is a *run*, the
/// inner loop.
struct StridedRuns: Sendable {
  /// Elements of a run, and how far each operand moves from one to the next.
  let length: Int
  let steps: (Int, Int, Int, Int)
  /// The first axis.
  private let outer: Int
  private let outerSteps: (Int, Int, Int, Int)
  /// The axes between: four places a run.
  private let middle: Int
  private let starts: Buffer<Int32>

  /// - Parameter strides: one list per operand, a stride per axis of `shape`.
  init<Scalar>(_ site: Site<Scalar>, shape: [Int], strides: [[Int]]) {
    var axes: [(extent: Int, steps: [Int])] = []
    for (axis, extent) in shape.enumerated() where extent != 1 {
      let steps = strides.map { $0[axis] }
      if let last = axes.last, zip(last.steps, steps).allSatisfy({ $0 == $1 * extent }) {
        axes[axes.count - 1] = (last.extent * extent, steps)
      } else {
        axes.append((extent, steps))
      }
    }
    func four(_ steps: [Int]) -> (Int, Int, Int, Int) {
      let all = steps + [0, 0, 0, 0]
      return (all[0], all[1], all[2], all[3])
    }
    let none = (extent: 1, steps: strides.map { _ in 0 })
    let run = axes.popLast() ?? none
    let first = axes.isEmpty ? none : axes.removeFirst()
    (length, steps) = (run.extent, four(run.steps))
    (outer, outerSteps) = (first.extent, four(first.steps))
    var places: [[Int]] = [strides.map { _ in 0 }]
    for (extent, steps) in axes {
      places = places.flatMap { place in
        (0..<extent).map { index in zip(place, steps).map { $0 + index * $1 } }
      }
    }
    middle = places.count
    starts = site.allocate(4 * places.count, of: Int32.self)
    for (run, place) in places.enumerated() {
      for (operand, start) in place.enumerated() { starts[4 * run + operand] = Int32(start) }
    }
  }

  /// Runs in which operands broadcast to `shape`, by ONNX's rules.
  init<Scalar>(_ site: Site<Scalar>, broadcasting operands: [[Int]], to shape: [Int]) {
    self.init(
      site, shape: shape, strides: operands.map { broadcastStrides(from: $0, to: shape) })
  }

  /// Calls the body with the operands' places at the start of every run.
  @inline(__always)
  func forEachRun(_ body: (Int, Int, Int, Int) -> Void) {
    for block in 0..<outer {
      for run in 0..<middle {
        let place = unsafe starts.base + 4 * run
        body(
          unsafe block * outerSteps.0 + Int(place[0]), unsafe block * outerSteps.1 + Int(place[1]),
          unsafe block * outerSteps.2 + Int(place[2]), unsafe block * outerSteps.3 + Int(place[3]))
      }
    }
  }
}

/// Row-major strides.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = Array(repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() {
    strides[axis] = strides[axis + 1] * shape[axis + 1]
  }
  return strides
}

/// The strides with which a tensor of shape `source` is read as one of shape `target`: 0 along axes
/// that it lacks or that have one element.
func broadcastStrides(from source: [Int], to target: [Int]) -> [Int] {
  let own = zip(source, rowMajorStrides(source)).map { $0 == 1 ? 0 : $1 }
  return Array(repeating: 0, count: target.count - source.count) + own
}

/// `y = f(a, b)`; operands of the runs: a, b, y.
@inline(__always)
func combine<Scalar: TrainingScalar>(
  _ runs: StridedRuns, _ a: Buffer<Scalar>, _ b: Buffer<Scalar>, _ y: Buffer<Scalar>,
  _ function: (Scalar, Scalar) -> Scalar
) {
  let (length, steps) = (runs.length, runs.steps)
  runs.forEachRun { i, j, k, _ in
    let (p, q, r) = unsafe (a.base + i, b.base + j, y.base + k)
    switch (steps.0, steps.1) {
    case (1, 1): for n in 0..<length { unsafe r[n] = function(p[n], q[n]) }
    case (1, 0):
      let second = unsafe q[0]
      for n in 0..<length { unsafe r[n] = function(p[n], second) }
    case (0, 1):
      let first = unsafe p[0]
      for n in 0..<length { unsafe r[n] = function(first, q[n]) }
    default:
      for n in 0..<length { unsafe r[n * steps.2] = function(p[n * steps.0], q[n * steps.1]) }
    }
  }
}

/// `da = f(dy, a, b)`, summed over the elements that `a` broadcasts to; operands: a, b, y.
@inline(__always)
func pullFirst<Scalar: TrainingScalar>(
  _ runs: StridedRuns, _ a: Buffer<Scalar>, _ b: Buffer<Scalar>, _ dy: Buffer<Scalar>,
  _ da: Buffer<Scalar>, accumulates: Bool, _ function: (Scalar, Scalar, Scalar) -> Scalar
) {
  let (length, steps) = (runs.length, runs.steps)
  // Where nothing repeats, every place is written once.
  let replaces = !accumulates && da.count == dy.count
  if !accumulates, !replaces { da.fill(0) }
  runs.forEachRun { i, j, k, _ in
    let (p, q, g, r) = unsafe (a.base + i, b.base + j, dy.base + k, da.base + i)
    if steps.0 == 0, !replaces {
      var sum: Scalar = 0
      for n in 0..<length { unsafe sum += function(g[n * steps.2], p[0], q[n * steps.1]) }
      unsafe r[0] += sum
    } else if steps.0 == 1, steps.1 == 1, steps.2 == 1 {
      if replaces {
        for n in 0..<length { unsafe r[n] = function(g[n], p[n], q[n]) }
      } else {
        for n in 0..<length { unsafe r[n] += function(g[n], p[n], q[n]) }
      }
    } else {
      for n in 0..<length {
        let pulled = unsafe function(g[n * steps.2], p[n * steps.0], q[n * steps.1])
        let place = n * steps.0
        unsafe r[place] = replaces ? pulled : r[place] + pulled
      }
    }
  }
}
