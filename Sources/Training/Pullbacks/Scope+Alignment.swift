import WinnowNetworkIR

extension TensorType {
  /// Whether the leading axis is a symbol: batch, nodes, edges.
  var isBatched: Bool {
    if case .symbol = shape.first { return true }
    return false
  }
}

extension Scope {
  /// For operators that broadcast: rows where every batched operand's leading axis is the result's.
  static func broadcasting(_ inputs: [TensorType]) -> Scope {
    let rank = inputs.map(\.shape.count).max() ?? 0
    return inputs.allSatisfy { !$0.isBatched || $0.shape.count == rank } ? .rows : .whole
  }

  /// For operators that work along an axis: rows unless it is the leading one.
  static func along(_ axis: Int, of input: TensorType) -> Scope {
    resolved(axis, rank: input.shape.count) == 0 ? .whole : .rows
  }
}

/// An axis counted from the end when negative.
func resolved(_ axis: Int, rank: Int) -> Int { axis < 0 ? axis + rank : axis }
