import WinnowNetworkIR

/// How a plan saves memory: which values live inside one part of the graph only.
///
/// - Reference: T. Chen, B. Xu, C. Zhang and C. Guestrin, arXiv 1604.06174, section 3.
struct Recomputation {
  /// The part of each node.
  let parts: [String: Int]
  /// The part of each value that is read only inside it; their memory is shared between parts.
  let inner: [String: Int]
  let count: Int

  /// Cuts the nodes into parts of about the same number of elements.
  init(_ analysis: PlanAnalysis, parts count: Int, keeping: Set<String>) {
    let nodes = analysis.network.nodes
    let sizes = nodes.map { node in
      node.outputs.reduce(0) { $0 + (analysis.shapes[$1] ?? []).reduce(1, *) }
    }
    let total = max(sizes.reduce(0, +), 1)
    var parts: [String: Int] = [:]
    var sum = 0
    for (node, size) in zip(nodes, sizes) {
      parts[node.name] = min(sum * count / total, count - 1)
      sum += size
    }
    self.parts = parts
    self.count = count
    var inner: [String: Int] = [:]
    for node in nodes {
      for output in node.outputs where !keeping.contains(output) {
        if analysis.leads[output] != nil { inner[output] = parts[node.name]! }
      }
    }
    for node in nodes {
      for input in node.inputs where inner[input] != nil && inner[input] != parts[node.name]! {
        inner[input] = nil
      }
    }
    self.inner = inner
  }
}

/// Marks the beginning and the end of a part that is computed again.
final class RecomputationMark: Pullback {
  private let clock: PlanClock
  private let starts: Bool

  init(_ clock: PlanClock, starts: Bool) {
    self.clock = clock
    self.starts = starts
  }

  func forward(phase: Int) {}
  func backward(phase: Int) { clock.isRecomputing = starts }
}

/// Memory that the parts of a graph use one after another.
struct SharedRegion<Scalar: TrainingScalar> {
  private let buffer: Buffer<Scalar>
  private var used: [Int: Int] = [:]

  /// - Parameter counts: scalars that each part needs.
  init(_ counts: [Int: Int], in storage: Storage) {
    buffer = storage.allocate(counts.values.max() ?? 0, of: Scalar.self)
  }

  mutating func take(_ count: Int, part: Int) -> Buffer<Scalar> {
    let start = used[part, default: 0]
    used[part] = start + SharedRegion.padded(count)
    return buffer.part(start..<start + count)
  }

  /// Whole cache lines.
  static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
