extension NetworkBuilder.Value {
  /// The slices at integer indices: of nodes `[V, …]` those at the ends of edges `[E]`.
  public func gathered(_ indices: Self, axis: Int = 0, name: String? = nil) -> Self {
    applying(Gather(axis: axis), and: [indices], name: name, meaning: "gathered(axis: \(axis))")
  }

  /// Combines the rows that carry the same id; one result for each row of `reference`.
  public func segmentReduced(
    _ function: Reduce.Function, ids: Self, over reference: Self, name: String? = nil
  ) -> Self {
    applying(
      SegmentReduce(function), and: [ids, reference], name: name,
      meaning: "segmentReduced(\(function.rawValue))")
  }

  /// Combines the rows that carry the same id, for a known number of segments.
  public func segmentReduced(
    _ function: Reduce.Function, ids: Self, segments: Int, name: String? = nil
  ) -> Self {
    applying(
      SegmentReduce(function, segments: segments), and: [ids], name: name,
      meaning: "segmentReduced(\(function.rawValue), segments: \(segments))")
  }

  /// Softmax over the rows that carry the same id, of which `reference` has as many rows as there are.
  public func segmentSoftmax(ids: Self, over reference: Self, name: String? = nil) -> Self {
    applying(SegmentSoftmax(), and: [ids, reference], name: name, meaning: "segmentSoftmax")
  }

  /// Rows of this replaced by, or combined with, the updates at integer indices.
  public func scattering(
    _ updates: Self, at indices: Self, _ reduction: Scatter.Reduction = .none, name: String? = nil
  ) -> Self {
    applying(
      Scatter(reduction), and: [indices, updates], name: name,
      meaning: "scattering(\(reduction.rawValue))")
  }
}
