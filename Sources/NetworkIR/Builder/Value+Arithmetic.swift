extension NetworkBuilder.Value {
  /// Element by element with broadcasting.
  public func combined(
    _ function: Arithmetic.Function, with other: Self, name: String? = nil
  ) -> Self {
    layer(function.rawValue, name: name, meaning: function.rawValue) { _, _ in
      (Arithmetic(function), [other])
    }
  }

  /// With a number, which becomes the float32 constant `NAME_constant`.
  public func combined(
    _ function: Arithmetic.Function, with number: Double, name: String? = nil
  ) -> Self {
    layer(function.rawValue, name: name, meaning: "\(function.rawValue) \(number)") { name, _ in
      (
        Arithmetic(function),
        [builder.constant("\(name)_constant", Tensor([], .float32([Float(number)])))]
      )
    }
  }

  public static func + (a: Self, b: Self) -> Self { a.combined(.add, with: b) }
  public static func - (a: Self, b: Self) -> Self { a.combined(.subtract, with: b) }
  public static func * (a: Self, b: Self) -> Self { a.combined(.multiply, with: b) }
  public static func + (a: Self, b: Double) -> Self { a.combined(.add, with: b) }
  public static func - (a: Self, b: Double) -> Self { a.combined(.subtract, with: b) }
  public static func * (a: Self, b: Double) -> Self { a.combined(.multiply, with: b) }

  /// Compares element by element; the result is boolean.
  public func compared(
    _ relation: Comparison.Relation, with other: Self, name: String? = nil
  ) -> Self {
    applying(Comparison(relation), and: [other], name: name, meaning: relation.rawValue)
  }

  /// This where the mask holds, else the other.
  public func chosen(where mask: Self, else other: Self, name: String? = nil) -> Self {
    mask.applying(Where(), and: [self, other], name: name, meaning: "chosen(where:else:)")
  }

  /// The product of two computed matrices, or of stacks of them.
  public func matrixProduct(_ other: Self, name: String? = nil) -> Self {
    applying(MatrixProduct(), and: [other], name: name, meaning: "matrixProduct")
  }

  /// Combines all elements along some axes; all axes if none are given.
  public func reduced(
    _ function: Reduce.Function, axes: [Int] = [], keepsAxes: Bool = false, name: String? = nil
  ) -> Self {
    applying(
      Reduce(function, axes: axes, keepsAxes: keepsAxes), name: name,
      meaning: "reduced(\(function.rawValue), axes: \(axes))")
  }

  /// Sorted values along an axis, and the places that they came from.
  public func sorted(
    axis: Int = -1, descends: Bool = false, name: String? = nil
  ) -> (values: Self, places: Self) {
    let results = builder.apply(
      Sort(axis: axis, descends: descends), to: [self], outputs: 2, name: name,
      meaning: "sorted(axis: \(axis))")
    return (results[0], results[1])
  }

  /// The largest (or smallest) elements along an axis, and the places that they came from.
  public func top(
    _ count: Int, axis: Int = -1, largest: Bool = true, name: String? = nil
  ) -> (values: Self, places: Self) {
    let results = builder.apply(
      TopK(count, axis: axis, largest: largest), to: [self], outputs: 2, name: name,
      meaning: "top(\(count), axis: \(axis))")
    return (results[0], results[1])
  }
}
