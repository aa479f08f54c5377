/// An operator over segments: the entries of the leading axis that carry the same id, such as the
/// edges that end at a node.
///
/// Inputs: values `[E, …]`, ids `[E]` of integers below the number of segments, in any order; and,
/// unless ``segments`` gives that number, a third tensor whose leading dimension is it (the nodes
/// `[V, …]`); nothing but its shape is used.
protocol SegmentOperator: Operator {
  /// The number of segments; `nil` where a third input's leading dimension gives it.
  var segments: Int? { get }
}

extension SegmentOperator {
  /// Checks the inputs and gives the number of segments.
  func segmentDimension(_ inputs: [TensorType]) throws -> Dimension {
    let wanted = segments == nil ? 3 : 2
    guard inputs.count == wanted else {
      throw NetworkError(
        segments == nil
          ? "takes values, segment ids and a tensor of as many rows as there are segments, not \(inputs.count) inputs"
          : "takes values and segment ids, not \(inputs.count) inputs")
    }
    guard let entries = inputs[0].shape.first, inputs[1].shape == [entries] else {
      throw NetworkError("takes one segment id for each row of \(inputs[0]), not \(inputs[1])")
    }
    try requireIndices(inputs[1], "segment ids")
    if let segments {
      guard segments >= 0 else { throw NetworkError("has \(segments) segments") }
      return .fixed(segments)
    }
    guard let count = inputs[2].shape.first else {
      throw NetworkError("takes the number of segments from a scalar; a tensor of as many rows is needed")
    }
    return count
  }

  /// The rows of each segment, in order.
  func rows(ids: Tensor, reference: [Int]?) throws -> [[Int]] {
    let count = segments ?? reference?.first ?? 0
    var rows: [[Int]] = Array(repeating: [], count: count)
    for (row, id) in try ids.indices(below: count, fromEnd: false, "segment ids").enumerated() {
      rows[id].append(row)
    }
    return rows
  }
}
