/// Which elements of a row of the input make a row of the output, as pieces of neighbours: reshape,
/// slice, transpose, pad, repeat, join. Row after row alike; everything is one row where the leading
/// axis takes part.
struct CopyRuns: Sendable {
  let rows: Int
  /// Elements of a row.
  let source: Int
  let target: Int
  /// Every input element is copied exactly once.
  let isPermutation: Bool
  /// Source, target and count of each piece.
  private let pieces: Buffer<Int32>
  private let count: Int

  /// - Parameter places: for each element of an output row its place in the input row; negative for
  ///   a zero.
  init<Scalar>(_ site: Site<Scalar>, rows: Int, source: Int, places: [Int]) {
    var list: [(source: Int, target: Int, count: Int)] = []
    for (target, place) in places.enumerated() where place >= 0 {
      if let last = list.last, last.source + last.count == place, last.target + last.count == target {
        list[list.count - 1].count += 1
      } else {
        list.append((place, target, 1))
      }
    }
    self.init(site, rows: rows, source: source, target: places.count, pieces: list)
  }

  /// All elements in their order.
  init<Scalar>(_ site: Site<Scalar>, contiguous count: Int) {
    self.init(site, rows: 1, source: count, target: count, pieces: [(0, 0, count)])
  }

  init<Scalar>(
    _ site: Site<Scalar>, rows: Int, source: Int, target: Int,
    pieces list: [(source: Int, target: Int, count: Int)]
  ) {
    (self.rows, self.source, self.target) = (rows, source, target)
    // Pieces that do not overlap and cover the input visit every element once.
    var end = 0
    var isPermutation = true
    for piece in list.sorted(by: { $0.source < $1.source }) {
      isPermutation = isPermutation && piece.source == end
      end = piece.source + piece.count
    }
    self.isPermutation = isPermutation && end == source
    count = list.count
    pieces = site.allocate(3 * list.count, of: Int32.self)
    for (index, piece) in list.enumerated() {
      pieces[3 * index] = Int32(piece.source)
      pieces[3 * index + 1] = Int32(piece.target)
      pieces[3 * index + 2] = Int32(piece.count)
    }
  }

  /// Calls the body with the source, target and length of every piece.
  @inline(__always)
  func forEachPiece(_ body: (Int, Int, Int) -> Void) {
    for row in 0..<rows {
      for index in 0..<count {
        let piece = unsafe pieces.base + 3 * index
        body(
          unsafe row * source + Int(piece[0]), unsafe row * target + Int(piece[1]),
          unsafe Int(piece[2]))
      }
    }
  }

  /// Copies elements of any type: the values of integers too.
  func copy<Element: BitwiseCopyable>(_ x: Buffer<Element>, _ y: Buffer<Element>) {
    forEachPiece { from, to, count in
      unsafe (y.base + to).update(from: x.base + from, count: count)
    }
  }
}

/// An operator that only moves elements of its inputs.
final class CopyPullback<Scalar: TrainingScalar>: Pullback {
  private let inputs: [Operand<Scalar>]
  private let y: Operand<Scalar>
  /// One per input.
  private let runs: [CopyRuns]

  init(_ site: Site<Scalar>, _ runs: [CopyRuns]) {
    inputs = site.inputs
    y = site.outputs[0]
    self.runs = runs
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    // What no piece covers, padding, is zero from the start and stays so.
    for (x, runs) in zip(inputs, runs) { copy(runs, x.values, y.values) }
    guard y.indices.count > 0 else { return }
    for (x, runs) in zip(inputs, runs) { runs.copy(x.indices, y.indices) }
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    for (x, runs) in zip(inputs, runs) {
      guard let dx = x.gradient else { continue }
      pull(runs, dy, dx, accumulates: x.accumulates)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func copy<Scalar: TrainingScalar>(
  _ runs: CopyRuns, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>
) {
  runs.forEachPiece { from, to, count in
    let (p, r) = unsafe (x.base + from, y.base + to)
    for n in 0..<count { unsafe r[n] = p[n] }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pull<Scalar: TrainingScalar>(
  _ runs: CopyRuns, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, accumulates: Bool
) {
  if !accumulates, runs.isPermutation {
    runs.forEachPiece { from, to, count in
      let (p, r) = unsafe (dx.base + from, dy.base + to)
      for n in 0..<count { unsafe p[n] = r[n] }
    }
    return
  }
  if !accumulates { dx.fill(0) }
  runs.forEachPiece { from, to, count in
    let (p, r) = unsafe (dx.base + from, dy.base + to)
    for n in 0..<count { unsafe p[n] += r[n] }
  }
}
