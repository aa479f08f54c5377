import WinnowONNXSchema
import WinnowNetworkIR

/// An order of a graph's nodes in which every value is computed before it is read; nodes that are
/// in such an order already stay in it.
struct TopologicalOrder {
  private(set) var indices: [Int] = []

  /// - Throws: ``NetworkError`` for a cycle, and for a value that two nodes compute.
  init(_ nodes: [Onnx_NodeProto]) throws {
    var producers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.output where !output.isEmpty {
        if let other = producers.updateValue(index, forKey: output) {
          throw NetworkError(
            "nodes \(Self.name(nodes[other])) and \(Self.name(node)) both compute '\(output)'")
        }
      }
    }
    enum Mark { case new, open, done }
    var marks = Array(repeating: Mark.new, count: nodes.count)
    indices.reserveCapacity(nodes.count)
    for root in nodes.indices where marks[root] == .new {
      // Depth first with a stack of its own: a long chain must not exhaust the thread's.
      var stack = [(node: root, next: 0)]
      marks[root] = .open
      while let (node, next) = stack.last {
        if next == nodes[node].input.count {
          marks[node] = .done
          indices.append(node)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        guard let producer = producers[nodes[node].input[next]] else { continue }
        switch marks[producer] {
        case .done: break
        case .new:
          marks[producer] = .open
          stack.append((producer, 0))
        case .open:
          throw NetworkError(
            "the graph has a cycle through node \(Self.name(nodes[producer])) (\(nodes[producer].opType))")
        }
      }
    }
  }

  static func name(_ node: Onnx_NodeProto) -> String {
    "'\(node.name.isEmpty ? node.output.first ?? "" : node.name)'"
  }
}
