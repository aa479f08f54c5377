/// The most profitable closed set of a directed graph: no arc leaves it.
///
/// Solved as a minimum cut (Picard, Management Science 22, 1976) by Dinic's algorithm. Of all best sets
/// it finds the smallest, so that the answer does not depend on the order of the work.
struct MaximumClosure {
  private var heads: [Int32] = []
  private var capacities: [Int] = []
  private var next: [Int32] = []
  private var first: [Int32]
  private let source: Int
  private let sink: Int
  private var gain = 0

  /// - Parameter nodes: each has a profit of zero until ``add(profit:to:)``.
  init(nodes: Int) {
    first = Array(repeating: -1, count: nodes + 2)
    source = nodes
    sink = nodes + 1
  }

  private mutating func arc(_ from: Int, _ to: Int, _ capacity: Int) {
    heads.append(Int32(to))
    capacities.append(capacity)
    next.append(first[from])
    first[from] = Int32(heads.count - 1)
    heads.append(Int32(from))
    capacities.append(0)
    next.append(first[to])
    first[to] = Int32(heads.count - 1)
  }

  mutating func add(profit: Int, to node: Int) {
    if profit > 0 {
      gain += profit
      arc(source, node, profit)
    } else if profit < 0 {
      arc(node, sink, -profit)
    }
  }

  /// A set that holds the one node must hold the other.
  mutating func require(_ other: Int, with node: Int) { arc(node, other, Int.max / 4) }

  /// - Returns: the profit, and for each node whether it is in the set.
  /// - Complexity: O(nodes² arcs) at worst; as a rule a few passes over the arcs.
  mutating func solve() -> (profit: Int, members: [Bool]) {
    var levels: [Int32] = []
    var queue = Array(repeating: Int32(0), count: first.count)
    func label() -> Bool {
      levels = Array(repeating: -1, count: first.count)
      levels[source] = 0
      queue[0] = Int32(source)
      var (head, tail) = (0, 1)
      while head < tail {
        let node = Int(queue[head])
        head += 1
        var arc = Int(first[node])
        while arc >= 0 {
          let to = Int(heads[arc])
          if capacities[arc] > 0, levels[to] < 0 {
            levels[to] = levels[node] + 1
            queue[tail] = Int32(to)
            tail += 1
          }
          arc = Int(next[arc])
        }
      }
      return levels[sink] >= 0
    }
    while label() { gain -= augment(levels) }
    return (gain, (0..<first.count - 2).map { levels[$0] >= 0 })
  }

  /// Saturates every shortest path of a labelling; depth first, without recursion.
  private mutating func augment(_ levels: [Int32]) -> Int {
    var current = first
    var path: [Int] = []
    var node = source
    var total = 0
    while true {
      if node == sink {
        var flow = Int.max
        for arc in path { flow = min(flow, capacities[arc]) }
        total += flow
        var keep = path.count
        for (index, arc) in path.enumerated() {
          capacities[arc] -= flow
          capacities[arc ^ 1] += flow
          if capacities[arc] == 0, index < keep { keep = index }
        }
        node = keep == 0 ? source : Int(heads[path[keep - 1]])
        path.removeLast(path.count - keep)
        continue
      }
      var advanced = false
      while current[node] >= 0 {
        let arc = Int(current[node])
        let to = Int(heads[arc])
        if capacities[arc] > 0, levels[to] == levels[node] + 1 {
          path.append(arc)
          node = to
          advanced = true
          break
        }
        current[node] = next[arc]
      }
      if advanced { continue }
      guard let back = path.popLast() else { return total }
      node = Int(heads[back ^ 1])
      current[node] = next[Int(current[node])]
    }
  }
}
