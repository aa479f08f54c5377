extension NetworkBuilder.Value {
  /// The same elements in another shape; −1 is worked out, 0 copies the input's extent.
  public func reshaped(_ shape: [Int], name: String? = nil) -> Self {
    applying(Reshape(shape), name: name, meaning: "reshaped(\(shape))")
  }

  /// Everything behind the batch in one axis.
  public func flattened(name: String? = nil) -> Self {
    applying(Reshape([0, -1]), name: name, meaning: "flattened()")
  }

  /// Output axis k is input axis `permutation[k]`.
  public func transposed(_ permutation: [Int], name: String? = nil) -> Self {
    applying(Transpose(permutation), name: name, meaning: "transposed(\(permutation))")
  }

  /// A range along one axis; negative places count from the end.
  public func sliced(_ range: Range<Int>, axis: Int, step: Int = 1, name: String? = nil) -> Self {
    applying(
      Slice(starts: [range.lowerBound], ends: [range.upperBound], axes: [axis], steps: [step]),
      name: name, meaning: "sliced(\(range), axis: \(axis))")
  }

  /// Zeros around: all beginnings, then all ends, one per axis.
  public func padded(_ padding: [Int], name: String? = nil) -> Self {
    applying(Pad(padding), name: name, meaning: "padded(\(padding))")
  }

  /// Joined with others along an axis.
  public func concatenated(with others: Self..., axis: Int = -1, name: String? = nil) -> Self {
    applying(Concatenate(axis: axis), and: others, name: name, meaning: "concatenated(axis: \(axis))")
  }
}
